import apex.jorje.data.Locatable;
import apex.jorje.data.Location;
import apex.jorje.semantic.ast.visitor.AdditionalPassScope;
import apex.jorje.semantic.ast.visitor.AstVisitor;
import apex.jorje.semantic.common.TestAccessEvaluator;
import apex.jorje.semantic.common.TestQueryValidators;
import apex.jorje.semantic.common.TestSymbolProvider;
import apex.jorje.semantic.compiler.ApexCompiler;
import apex.jorje.semantic.compiler.CodeUnit;
import apex.jorje.semantic.compiler.CompilationInput;
import apex.jorje.semantic.compiler.CompilerStage;
import apex.jorje.semantic.compiler.SourceFile;
import apex.jorje.semantic.compiler.sfdc.NoopCompilerProgressCallback;
import apex.jorje.services.exception.CompilationException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Salesforce's own front end over the given Apex files: one line per complaint, as in "path<tab>line<tab>message". */
public class CompilerRules {
    public static void main(String[] paths) throws Exception {
        List<SourceFile> sources = new ArrayList<>();
        for (String path : paths) {
            sources.add(SourceFile.builder().setBody(Files.readString(Path.of(path))).setKnownName(path).build());
        }
        var input = new CompilationInput(
            sources, new TestSymbolProvider(), new TestAccessEvaluator(), new TestQueryValidators.Noop(),
            new AstVisitor<AdditionalPassScope>() {}, NoopCompilerProgressCallback.get());
        List<CodeUnit> units = ApexCompiler.builder().setInput(input).build().compile(CompilerStage.VALIDATE);
        for (CodeUnit unit : units) {
            for (CompilationException error : unit.getErrors().get()) {
                Location location = ((Locatable) error).getLoc();
                System.out.println(unit.getSourceFile().getKnownName() + "\t" + location.getLine() + "\t" + error.getError());
            }
        }
        System.out.println("compiled\t" + units.size() + "\t");
    }
}
