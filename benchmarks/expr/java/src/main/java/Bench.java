import dev.cel.bundle.Cel;
import dev.cel.bundle.CelBuilder;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.optimizer.CelOptimizer;
import dev.cel.optimizer.CelOptimizerFactory;
import dev.cel.optimizer.optimizers.ConstantFoldingOptimizer;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelVariableResolver;
import dev.cel.runtime.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Times cel-java: one program for each expression, evaluated for each record.
 *
 * <pre>Bench DATA EXPRESSIONS PASSES</pre>
 *
 * <p>Prints a line for each expression: its name, nanoseconds a record in the best pass, how many
 * records have a value, and a checksum of the values.
 *
 * <p>What cel-java is given for speed: checked expressions, constants folded, the planning
 * runtime (the faster of its two), and a resolver that answers by name out of columns of values
 * that are boxed before the clock starts.
 */
public final class Bench {
  private static final int WARMING_PASSES = 15;

  private static final Map<String, CelType> TYPES =
      Map.of(
          "kind", SimpleType.STRING,
          "minutes", SimpleType.INT,
          "beneficiaries", SimpleType.INT,
          "unannounced", SimpleType.BOOL,
          "day", SimpleType.INT,
          "on_time", SimpleType.INT,
          "total", SimpleType.INT,
          "rating", SimpleType.INT,
          "organization", SimpleType.STRING,
          "title", SimpleType.STRING);

  /** The columns, and the variables of one row at a time. */
  private static final class Records implements CelVariableResolver {
    // The resolver has to answer with an Optional; to keep one for each value spares making it.
    private final Map<String, Optional<Object>[]> columns = new HashMap<>();
    private final int rows;
    private int row;

    Records(List<String> lines) {
      String[] names = lines.get(0).split("\t");
      rows = lines.size() - 1;
      for (int i = 0; i < names.length; i++) {
        columns.put(names[i], column(lines, i, TYPES.get(names[i])));
      }
    }

    @SuppressWarnings("unchecked")
    private Optional<Object>[] column(List<String> lines, int index, CelType type) {
      Optional<Object>[] column = new Optional[rows];
      for (int i = 0; i < rows; i++) {
        column[i] = Optional.of(valueOf(lines.get(i + 1).split("\t")[index], type));
      }
      return column;
    }

    @Override
    public Optional<Object> find(String name) {
      Optional<Object>[] column = columns.get(name);
      return column == null ? Optional.empty() : column[row];
    }
  }

  private static Object valueOf(String text, CelType type) {
    if (type == SimpleType.INT) {
      return Long.valueOf(text);
    }
    return type == SimpleType.BOOL ? (Object) Boolean.valueOf(text) : text;
  }

  private static long numberOf(Object value) {
    if (value instanceof Long number) {
      return number;
    }
    return Boolean.TRUE.equals(value) ? 1 : 0;
  }

  /** How many records have a value, the checksum, and the sum each timed pass must come to. */
  private record Expected(int count, long checksum, long sum) {}

  private static Expected check(Program program, Records records) {
    int count = 0;
    long checksum = 0;
    long sum = 0;
    for (records.row = 0; records.row < records.rows; records.row++) {
      try {
        long number = numberOf(program.eval(records));
        count++;
        checksum += number * (records.row + 1);
        sum += number;
      } catch (CelEvaluationException e) {
        // An error is no value, and is not counted.
      }
    }
    return new Expected(count, checksum, sum);
  }

  private static long pass(Program program, Records records, long expected)
      throws CelEvaluationException {
    long sum = 0;
    long start = System.nanoTime();
    for (records.row = 0; records.row < records.rows; records.row++) {
      sum += numberOf(program.eval(records));
    }
    long took = System.nanoTime() - start;
    if (sum != expected) {
      throw new IllegalStateException("a pass gave " + sum + ", not " + expected);
    }
    return took;
  }

  private static String measure(Program program, Records records, int passes)
      throws CelEvaluationException {
    Expected expected = check(program, records);
    long best = Long.MAX_VALUE;
    for (int i = 0; i < WARMING_PASSES + passes; i++) {
      long took = pass(program, records, expected.sum());
      if (i >= WARMING_PASSES) {
        best = Math.min(best, took);
      }
    }
    return String.format(
        "%.3f %d %d", (double) best / records.rows, expected.count(), expected.checksum());
  }

  public static void main(String[] arguments) throws Exception {
    if (arguments.length != 3) {
      System.err.println("usage: Bench DATA EXPRESSIONS PASSES");
      System.exit(2);
    }
    Records records = new Records(Files.readAllLines(Path.of(arguments[0])));
    CelBuilder builder =
        CelFactory.plannerCelBuilder().setStandardMacros(CelStandardMacro.STANDARD_MACROS);
    TYPES.forEach(builder::addVar);
    Cel cel = builder.build();
    CelOptimizer optimizer =
        CelOptimizerFactory.standardCelOptimizerBuilder(cel)
            .addAstOptimizers(ConstantFoldingOptimizer.getInstance())
            .build();
    for (String line : Files.readAllLines(Path.of(arguments[1]))) {
      String[] fields = line.split("\t", 3);
      CelAbstractSyntaxTree ast = optimizer.optimize(cel.compile(fields[2]).getAst());
      Program program = cel.createProgram(ast);
      System.out.println(
          fields[0] + " " + measure(program, records, Integer.parseInt(arguments[2])));
    }
  }
}
