/** PMD with Salesforce's AppExchange and security rules: what the security review runs. Prints a JSON list of findings. */
import { relative } from 'node:path';
import { CodeAnalyzer, CodeAnalyzerConfig, EventType, LogLevel } from '@salesforce/code-analyzer-core';
import { createEnginePlugin } from '@salesforce/code-analyzer-pmd-engine';

const [folder] = process.argv.slice(2);
const analyzer = new CodeAnalyzer(CodeAnalyzerConfig.fromObject({ engines: {} }));
// An engine that fails says so in its log and finds nothing: that must not look like a pass.
const faults = [];
for (const event of [EventType.LogEvent, EventType.EngineLogEvent])
  analyzer.onEvent(event, ({ logLevel, message }) => {
    // PMD's reader of JavaScript is from 2009 and fails over a `catch` without a name; its rules for Apex do not depend on it.
    const isScript = /processing error for file '[^']*\.js'/.test(message);
    if (logLevel === LogLevel.Error && !isScript) faults.push(message);
  });
await analyzer.addEnginePlugin(createEnginePlugin());
const workspace = await analyzer.createWorkspace([`${folder}/force-app`]);
const rules = await analyzer.selectRules(['pmd:AppExchange', 'pmd:Security', 'pmd:ErrorProne:Apex'], { workspace });
const results = await analyzer.run(rules, { workspace });
const findings = results.getViolations().map((violation) => {
  const location = violation.getPrimaryLocation();
  return {
    file: relative(folder, location.getFile() ?? folder),
    line: location.getStartLine() ?? 1,
    message: `${violation.getMessage()} (${violation.getRule().getName()})`,
  };
});
const nothing = rules.getCount() === 0 ? ['There is no rule to run.'] : [];
console.log(
  JSON.stringify([...findings, ...[...faults, ...nothing].map((message) => ({ file: 'force-app', line: 1, message }))]),
);
