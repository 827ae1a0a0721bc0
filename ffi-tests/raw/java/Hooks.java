import com.sun.jna.Memory;
import com.sun.jna.Pointer;

/** Hooks in Java: as C callbacks, and between the two steps of a capture. */
final class Hooks {
    private final Library library;
    final Library.Hook clean = this::cleanHook;

    Hooks(Library library) {
        this.library = library;
    }

    /** The user's own hook: nobody's password leaves, and some events do not at all. */
    private static String clean(String event) {
        return event.contains("drop me") ? null : event.replace("hunter2", "[gone]");
    }

    private int cleanHook(long event, Pointer hint, Pointer user) {
        String cleaned = clean(library.jsonOf(event));
        if (cleaned == null) return Library.DROP;
        byte[] json = Library.bytes(cleaned);
        return library.status("event_set_json", event, json, (long) json.length);
    }

    /** A capture in two steps, with the hook between them. */
    String filter(int source, long scope, byte[] json) {
        long event = library.number("event_prepare", scope, source, json, (long) json.length, 0L, Pointer.NULL);
        if (event <= 0) return String.valueOf(event);
        String cleaned = clean(library.jsonOf(event));
        if (cleaned == null) return String.valueOf(library.status("event_discard", event, "before_send", -1L));
        byte[] changed = Library.bytes(cleaned);
        Memory id = new Memory(Library.EVENT_ID_SIZE);
        int status = library.status("event_submit", event, changed, (long) changed.length, id);
        return status + " " + id.getString(0);
    }
}
