import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Plays calls through JNA. usage: java Main LIBRARY */
final class Main {
    private static final byte FILL = (byte) 0xaa;
    private final BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
    private final PrintStream out = new PrintStream(System.out, false);
    private final Library library;
    private final Hooks hooks;
    private final Library.Hook ask = this::askHook;

    private Main(String path) {
        library = new Library(path);
        hooks = new Hooks(library);
    }

    private int askHook(long event, Pointer hint, Pointer user) {
        say("? " + event + " " + Pointer.nativeValue(user));
        return serve();
    }

    private Object argument(String word, List<Memory> buffers) {
        String rest = word.substring(1);
        switch (word.charAt(0)) {
            case 'i': return Integer.valueOf(rest);
            case 'l': return Long.valueOf(rest);
            case 't': return Library.memory(HexFormat.of().parseHex(rest));
            case 'u': return new Pointer(Long.parseLong(rest));
            case 'a': return ask;
            case 'c': return hooks.clean;
            case 'b':
                Memory buffer = new Memory(Long.parseLong(rest));
                buffer.setMemory(0, buffer.size(), FILL);
                buffers.add(buffer);
                return buffer;
            default: return Pointer.NULL;
        }
    }

    private String call(String[] words) {
        List<Memory> buffers = new ArrayList<>();
        Object[] arguments = Arrays.stream(words).skip(3).map(word -> argument(word, buffers)).toArray();
        String name = words[1].replaceFirst("^tocsin_", "");
        StringBuilder answer = new StringBuilder();
        answer.append(words[2].equals("i") ? library.status(name, arguments) : library.number(name, arguments));
        for (Memory buffer : buffers)
            answer.append(' ').append(HexFormat.of().formatHex(buffer.getByteArray(0, (int) buffer.size())));
        return answer.toString();
    }

    private void work(int worker, int rounds, long scope, AtomicInteger done) {
        for (int turn = 0; turn < rounds; turn++) {
            long fork = library.number("scope_fork", scope);
            library.status("scope_set_tag", fork, "worker", -1L, String.valueOf(worker), -1L);
            String words = "worker " + worker + " round " + turn;
            int status = library.status("scope_capture_message", fork, words, -1L, 0, 0L, Pointer.NULL, Pointer.NULL);
            if (status == 0) done.incrementAndGet();
            library.status("handle_close", fork);
        }
    }

    private int threads(int count, int rounds, long scope) throws InterruptedException {
        AtomicInteger done = new AtomicInteger();
        List<Thread> all = new ArrayList<>();
        for (int worker = 0; worker < count; worker++) {
            int number = worker;
            all.add(new Thread(() -> work(number, rounds, scope, done)));
        }
        all.forEach(Thread::start);
        for (Thread one : all) one.join();
        return done.get();
    }

    private String answer(String[] words) throws InterruptedException {
        switch (words[0]) {
            case "call": return call(words);
            case "filter":
                byte[] json = HexFormat.of().parseHex(words[3]);
                return hooks.filter(Integer.parseInt(words[1]), Long.parseLong(words[2]), json);
            default:
                return "" + threads(Integer.parseInt(words[1]), Integer.parseInt(words[2]), Long.parseLong(words[3]));
        }
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }

    /** Until the input ends, or the answer to a hook is there. */
    private int serve() {
        try {
            for (String line; (line = in.readLine()) != null;) {
                String[] words = line.split(" ");
                if (words[0].equals("!")) return Integer.parseInt(words[1]);
                say("= " + answer(words));
            }
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        } catch (InterruptedException problem) {
            throw new IllegalStateException(problem);
        }
        return 0;
    }

    public static void main(String[] words) {
        new Main(words[0]).serve();
    }
}
