import java.lang.reflect.Field;
import java.util.HashSet;
import java.util.Set;

/** Fields of the given standard objects and of those they refer to: one line each, as in "Contact<tab>Email<tab>String". */
public class ObjectFields {
    private static final Set<String> printed = new HashSet<>();

    public static void main(String[] objects) {
        for (String object : objects) {
            print(object, 2);
        }
    }

    private static void print(String object, int levels) {
        if (levels == 0 || !printed.add(object)) {
            return;
        }
        try {
            for (Field field : Class.forName("com.nawforce.runforce.SObjects." + object).getFields()) {
                Class<?> type = field.getType();
                System.out.println(object + "\t" + field.getName() + "\t" + type.getSimpleName());
                if (type.getPackageName().endsWith(".SObjects")) {
                    print(type.getSimpleName(), levels - 1);
                }
            }
        } catch (ClassNotFoundException unknown) {
            // The caller sees that nothing is printed for it.
        }
    }
}
