import com.sun.jna.Callback;
import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;

/** The library as JNA opens it: functions by name, no interface that declares them. */
final class Library {
    static final int DROP = 1;
    static final int EVENT_ID_SIZE = 33;
    private final NativeLibrary library;

    /** A hook; JNA finds its types by this method. */
    interface Hook extends Callback {
        int invoke(long event, Pointer hint, Pointer user);
    }

    Library(String path) {
        library = NativeLibrary.getInstance(path);
    }

    private Function function(String name) {
        return library.getFunction("tocsin_" + name);
    }

    int status(String name, Object... arguments) {
        return function(name).invokeInt(arguments);
    }

    long number(String name, Object... arguments) {
        return function(name).invokeLong(arguments);
    }

    /** Memory that Java does not move; never of size 0, which JNA refuses. */
    static Memory memory(byte[] bytes) {
        Memory memory = new Memory(Math.max(bytes.length, 1));
        memory.write(0, bytes, 0, bytes.length);
        return memory;
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    String jsonOf(long event) {
        long need = number("event_json", event, Pointer.NULL, 0L);
        Memory buffer = new Memory(need + 1);
        number("event_json", event, buffer, need + 1);
        return new String(buffer.getByteArray(0, (int) need), StandardCharsets.UTF_8);
    }
}
