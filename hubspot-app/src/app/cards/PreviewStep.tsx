import { Accordion, Alert, DescriptionList, DescriptionListItem, Flex, Text, Tile } from '@hubspot/ui-extensions';
import type { EnrollPreview } from '@salesos/shared/cards.ts';
import { type DateStyle, when } from '@salesos/shared/surface/when.ts';
import { cardWords, fill } from '@salesos/shared/wording.ts';

/** One step to come: its date with the reason, and the mail as it would be written. */
export function PreviewStep({ step, dates }: { step: EnrollPreview['steps'][number]; dates: DateStyle }) {
  return (
    <Tile compact testId={`preview-${step.index}`}>
      <Flex direction="column" gap="xs">
        <Text format={{ fontWeight: 'demibold' }}>{`${step.index + 1}. ${step.label}`}</Text>
        <Text>{when(step.at, dates)}</Text>
        {step.why && <Text variant="microcopy">{step.why}</Text>}
        {step.warnings.map((warning) => (
          <Alert key={warning} title={warning} variant="warning" />
        ))}
        {step.email && (
          <Accordion
            title={fill(cardWords.mail, { subject: step.email.subject })}
            size="xs"
            defaultOpen={step.index === 0}
          >
            <DescriptionList direction="row">
              <DescriptionListItem label={cardWords.from}>
                <Text>{step.email.from}</Text>
              </DescriptionListItem>
              <DescriptionListItem label={cardWords.to}>
                <Text>{step.email.to}</Text>
              </DescriptionListItem>
            </DescriptionList>
            {paragraphs(step.email.text).map(({ key, text }) => (
              <Text key={key}>{text}</Text>
            ))}
          </Accordion>
        )}
      </Flex>
    </Tile>
  );
}

/** One element per line: HubSpot's Text folds line breaks away. */
function paragraphs(text: string): { key: string; text: string }[] {
  return text
    .split(/\r?\n/)
    .map((line, index) => ({ key: `line ${index}`, text: line }))
    .filter((line) => line.text.trim() !== '');
}
