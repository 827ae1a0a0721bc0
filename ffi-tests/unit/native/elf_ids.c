/* Ids out of ELF notes and files: whole ones, ones cut off at every length, ones with every bit
 * turned over. */
#include "native/elf_ids.h"

#include <fcntl.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/house.h"
#include "native/sysfile.h"
#include "support.h"

static const uint8_t some_id[20] = {0x15, 0xdf, 0xff, 0x32, 0x39, 0xaa, 0x7c, 0x3b, 0x16, 0xa7,
                                    0x1e, 0x6b, 0x2e, 0x3b, 0x6e, 0x40, 0x09, 0xda, 0xb9, 0x98};
static const char section_names[] = "\0.text\0.note.gnu.build-id\0.shstrtab";

typedef struct tiny_elf {
    ElfW(Ehdr) header;
    ElfW(Shdr) sections[4]; /* none, .text, the note or nothing, the names */
    char names[sizeof section_names];
    uint8_t text[40];
    ElfW(Nhdr) note;
    char note_name[4];
    uint8_t note_desc[20];
} tiny_elf;

static ElfW(Shdr) section_at(size_t name, uint32_t type, size_t offset, size_t size)
{
    ElfW(Shdr) section;
    memset(&section, 0, sizeof section);
    section.sh_name = (uint32_t)name;
    section.sh_type = type;
    section.sh_offset = offset;
    section.sh_size = size;
    section.sh_addralign = 4;
    return section;
}

static void tiny_init(tiny_elf *elf, bool has_note)
{
    memset(elf, 0, sizeof *elf);
    memcpy(elf->header.e_ident, ELFMAG, SELFMAG);
    elf->header.e_ident[EI_CLASS] = sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32;
    elf->header.e_ident[EI_DATA] =
        __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB;
    elf->header.e_shoff = offsetof(tiny_elf, sections);
    elf->header.e_shentsize = sizeof(ElfW(Shdr));
    elf->header.e_shnum = 4;
    elf->header.e_shstrndx = 3;
    memcpy(elf->names, section_names, sizeof section_names);
    for (size_t i = 0; i < sizeof elf->text; i++) elf->text[i] = (uint8_t)(3 * i + 1);
    elf->note = (ElfW(Nhdr)){4, sizeof some_id, NT_GNU_BUILD_ID};
    memcpy(elf->note_name, "GNU", 4);
    memcpy(elf->note_desc, some_id, sizeof some_id);
    size_t note_size = sizeof(tiny_elf) - offsetof(tiny_elf, note);
    elf->sections[1] = section_at(1, SHT_PROGBITS, offsetof(tiny_elf, text), sizeof elf->text);
    elf->sections[2] =
        section_at(7, has_note ? SHT_NOTE : SHT_NULL, offsetof(tiny_elf, note), note_size);
    elf->sections[3] = section_at(26, SHT_STRTAB, offsetof(tiny_elf, names), sizeof elf->names);
}

static int file_of(const void *data, size_t len)
{
    int fd = memfd_create("elf", MFD_CLOEXEC);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, data, len), (ssize_t)len);
    return fd;
}

static void expect_some_id(const tsn_build_id *id)
{
    ck_assert_uint_eq(id->len, sizeof some_id);
    ck_assert_mem_eq(id->bytes, some_id, sizeof some_id);
}

/* P-51: the section, where no segment tells */
START_TEST(build_id_is_found_by_its_section)
{
    tiny_elf elf;
    tiny_init(&elf, true);
    int fd = file_of(&elf, sizeof elf);
    tsn_build_id id;
    ck_assert(tsn_elf_file_build_id(fd, &id));
    expect_some_id(&id);
    close(fd);
}
END_TEST

/* P-53 */
START_TEST(text_is_folded_where_there_is_no_build_id)
{
    tiny_elf elf;
    tiny_init(&elf, false);
    int fd = file_of(&elf, sizeof elf);
    tsn_build_id id;
    uint8_t got[TSN_DEBUG_ID_BYTES];
    uint8_t want[TSN_DEBUG_ID_BYTES];
    ck_assert(!tsn_elf_file_build_id(fd, &id));
    ck_assert(tsn_elf_file_text_id(fd, got));
    tsn_debug_id_fold(elf.text, sizeof elf.text, want);
    ck_assert_mem_eq(got, want, sizeof want);
    ck_assert_uint_eq(got[0], (1 ^ (3 * 16 + 1)) ^ (3 * 32 + 1));
    close(fd);
}
END_TEST

/* P-53: no section headers, no ids */
START_TEST(file_without_section_headers_has_no_ids)
{
    tiny_elf elf;
    tsn_build_id id;
    uint8_t folded[TSN_DEBUG_ID_BYTES];
    tiny_init(&elf, true);
    elf.header.e_shoff = 0;
    elf.header.e_shnum = 0;
    int fd = file_of(&elf, sizeof elf);
    ck_assert(!tsn_elf_file_build_id(fd, &id));
    ck_assert(!tsn_elf_file_text_id(fd, folded));
    close(fd);
}
END_TEST

START_TEST(foreign_word_size_and_byte_order_have_no_ids)
{
    for (int field = EI_CLASS; field <= EI_DATA; field++) {
        tiny_elf elf;
        tsn_build_id id;
        tiny_init(&elf, true);
        elf.header.e_ident[field] ^= 3;
        int fd = file_of(&elf, sizeof elf);
        ck_assert(!tsn_elf_file_build_id(fd, &id));
        close(fd);
    }
}
END_TEST

START_TEST(offsets_beyond_the_file_and_near_overflow_are_refused)
{
    static const uint64_t offsets[] = {sizeof(tiny_elf), INT64_MAX - 8, INT64_MAX, UINT64_MAX - 4};
    for (size_t i = 0; i < TSN_ARRAY_LEN(offsets); i++) {
        for (int where = 0; where < 3; where++) {
            tiny_elf elf;
            tsn_build_id id;
            tiny_init(&elf, true);
            if (where == 0) elf.header.e_shoff = (ElfW(Off))offsets[i];
            if (where == 1) elf.sections[3].sh_offset = (ElfW(Off))offsets[i];
            if (where == 2) elf.sections[2].sh_offset = (ElfW(Off))offsets[i];
            int fd = file_of(&elf, sizeof elf);
            ck_assert(!tsn_elf_file_build_id(fd, &id));
            close(fd);
        }
    }
}
END_TEST

START_TEST(name_that_leaves_the_name_section_is_refused)
{
    tiny_elf elf;
    tsn_build_id id;
    tiny_init(&elf, true);
    elf.sections[3].sh_size = 7 + sizeof ".note.gnu.build-id" - 1; /* one short: the NUL */
    int fd = file_of(&elf, sizeof elf);
    ck_assert(!tsn_elf_file_build_id(fd, &id));
    close(fd);
    elf.sections[3].sh_size++;
    fd = file_of(&elf, sizeof elf);
    ck_assert(tsn_elf_file_build_id(fd, &id));
    close(fd);
}
END_TEST

START_TEST(file_cut_off_anywhere_tells_the_truth_or_nothing)
{
    tiny_elf elf;
    tiny_init(&elf, true);
    for (size_t len = 0; len < sizeof elf; len++) {
        int fd = file_of(&elf, len);
        tsn_build_id id;
        uint8_t folded[TSN_DEBUG_ID_BYTES];
        ck_assert_msg(!tsn_elf_file_build_id(fd, &id), "an id out of %zu bytes", len);
        bool has_text = len >= offsetof(tiny_elf, text) + sizeof elf.text;
        ck_assert_int_eq(tsn_elf_file_text_id(fd, folded), has_text);
        close(fd);
    }
}
END_TEST

START_TEST(any_flipped_bit_gives_a_bounded_id_or_none)
{
    tiny_elf elf;
    for (size_t bit = 0; bit < 8 * sizeof elf; bit++) {
        tiny_init(&elf, true);
        ((uint8_t *)&elf)[bit / 8] ^= (uint8_t)(1u << bit % 8);
        int fd = file_of(&elf, sizeof elf);
        tsn_build_id id;
        uint8_t folded[TSN_DEBUG_ID_BYTES];
        if (tsn_elf_file_build_id(fd, &id)) {
            ck_assert_uint_gt(id.len, 0);
            ck_assert_uint_le(id.len, TSN_BUILD_ID_MAX);
        }
        (void)tsn_elf_file_text_id(fd, folded);
        close(fd);
    }
}
END_TEST

/* The program that runs this test is a real file with everything that linkers put in. */
static uint8_t *real_elf(size_t *len)
{
    int fd = tsn_sysfile_open(TSN_SYSFILE_PROGRAM);
    ck_assert_int_ge(fd, 0);
    *len = (size_t)lseek(fd, 0, SEEK_END);
    uint8_t *data = malloc(*len);
    ck_assert_ptr_nonnull(data);
    ck_assert(tsn_sysfile_read_at(fd, 0, data, *len));
    tsn_sysfile_close(fd);
    return data;
}

START_TEST(real_file_truncated_at_many_lengths_does_no_harm)
{
    size_t full;
    uint8_t *data = real_elf(&full);
    int fd = file_of(data, full);
    tsn_build_id want;
    uint8_t folded[TSN_DEBUG_ID_BYTES];
    bool has_id = tsn_elf_file_build_id(fd, &want);
    ck_assert(tsn_elf_file_text_id(fd, folded));
    for (size_t i = 0; i <= 400; i++) {
        tsn_build_id got;
        size_t len = full - full / 400 * i;
        ck_assert_int_eq(ftruncate(fd, (off_t)len), 0);
        if (tsn_elf_file_build_id(fd, &got)) {
            ck_assert(has_id);
            ck_assert_uint_eq(got.len, want.len);
            ck_assert_mem_eq(got.bytes, want.bytes, want.len);
        }
        (void)tsn_elf_file_text_id(fd, folded);
    }
    close(fd);
    free(data);
}
END_TEST

static void put_byte(int fd, size_t at, uint8_t byte)
{
    ck_assert_int_eq(pwrite(fd, &byte, 1, (off_t)at), 1);
}

START_TEST(real_file_with_bytes_turned_over_does_no_harm)
{
    size_t full;
    uint8_t *data = real_elf(&full);
    ElfW(Ehdr) header;
    memcpy(&header, data, sizeof header);
    int fd = file_of(data, full);
    size_t table = (size_t)header.e_shoff;
    size_t end = table + (size_t)header.e_shnum * sizeof(ElfW(Shdr));
    for (size_t at = 0; at < end; at = at + 1 == sizeof header ? table : at + 1) {
        tsn_build_id id;
        uint8_t folded[TSN_DEBUG_ID_BYTES];
        put_byte(fd, at, (uint8_t)~data[at]);
        if (tsn_elf_file_build_id(fd, &id)) ck_assert_uint_le(id.len, TSN_BUILD_ID_MAX);
        (void)tsn_elf_file_text_id(fd, folded);
        put_byte(fd, at, data[at]);
    }
    close(fd);
    free(data);
}
END_TEST

typedef struct note_bytes {
    char data[256];
    size_t len;
} note_bytes;

static void add_note(note_bytes *notes, uint32_t type, const char *name, size_t name_len,
                     size_t desc_len, size_t align)
{
    ElfW(Nhdr) note = {(uint32_t)name_len, (uint32_t)desc_len, type};
    size_t desc_at = (sizeof note + name_len + align - 1) / align * align;
    memcpy(notes->data + notes->len, &note, sizeof note);
    memcpy(notes->data + notes->len + sizeof note, name, name_len);
    for (size_t i = 0; i < desc_len; i++)
        notes->data[notes->len + desc_at + i] = (char)some_id[i % sizeof some_id];
    notes->len += (desc_at + desc_len + align - 1) / align * align;
}

static bool find_in(const note_bytes *notes, size_t align, tsn_build_id *id)
{
    /* an exact copy, so that a sanitizer sees each byte read beyond it */
    char *copy = malloc(notes->len > 0 ? notes->len : 1);
    memcpy(copy, notes->data, notes->len);
    bool found = tsn_elf_notes_build_id((tsn_slice){copy, notes->len}, align, id);
    free(copy);
    return found;
}

START_TEST(build_id_is_found_behind_other_notes)
{
    note_bytes notes = {.len = 0};
    tsn_build_id id;
    add_note(&notes, 1, "GNU", 4, 16, 4);
    add_note(&notes, NT_GNU_BUILD_ID, "Xen", 4, 9, 4);
    add_note(&notes, NT_GNU_BUILD_ID, "GNU", 4, sizeof some_id, 4);
    ck_assert(find_in(&notes, 4, &id));
    expect_some_id(&id);
}
END_TEST

START_TEST(notes_aligned_to_eight_bytes_are_understood)
{
    note_bytes notes = {.len = 0};
    tsn_build_id id;
    add_note(&notes, 5, "GNU", 4, 4, 8);
    add_note(&notes, NT_GNU_BUILD_ID, "GNU", 4, sizeof some_id, 8);
    ck_assert(find_in(&notes, 8, &id));
    expect_some_id(&id);
}
END_TEST

START_TEST(notes_cut_off_anywhere_have_no_build_id)
{
    note_bytes notes = {.len = 0};
    tsn_build_id id;
    add_note(&notes, 1, "GNU", 4, 16, 4);
    add_note(&notes, NT_GNU_BUILD_ID, "GNU", 4, sizeof some_id, 4);
    for (size_t full = notes.len; notes.len > 0;) {
        notes.len--;
        ck_assert_msg(!find_in(&notes, 4, &id), "%zu of %zu bytes", notes.len, full);
    }
}
END_TEST

START_TEST(lengths_of_a_build_id_below_at_and_above_the_limits)
{
    static const struct {
        size_t len;
        bool is_found;
    } lengths[] = {{0, false}, {1, true}, {TSN_BUILD_ID_MAX, true}, {TSN_BUILD_ID_MAX + 1, false}};
    for (size_t i = 0; i < TSN_ARRAY_LEN(lengths); i++) {
        note_bytes notes = {.len = 0};
        tsn_build_id id = {.len = 0};
        add_note(&notes, NT_GNU_BUILD_ID, "GNU", 4, lengths[i].len, 4);
        ck_assert_int_eq(find_in(&notes, 4, &id), lengths[i].is_found);
        ck_assert_uint_eq(id.len, lengths[i].is_found ? lengths[i].len : 0);
    }
}
END_TEST

START_TEST(huge_lengths_in_a_note_do_not_wrap)
{
    static const uint32_t huge[] = {UINT32_MAX, UINT32_MAX - 3, UINT32_MAX - 11, INT32_MAX};
    for (size_t i = 0; i < TSN_ARRAY_LEN(huge); i++) {
        for (int which = 0; which < 2; which++) {
            note_bytes notes = {.len = 0};
            tsn_build_id id;
            add_note(&notes, NT_GNU_BUILD_ID, "GNU", 4, 20, 4);
            memcpy(notes.data + which * 4, &huge[i], sizeof huge[i]);
            ck_assert(!find_in(&notes, 4, &id));
            ck_assert(!find_in(&notes, 8, &id));
        }
    }
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        build_id_is_found_by_its_section,
        text_is_folded_where_there_is_no_build_id,
        file_without_section_headers_has_no_ids,
        foreign_word_size_and_byte_order_have_no_ids,
        offsets_beyond_the_file_and_near_overflow_are_refused,
        name_that_leaves_the_name_section_is_refused,
        file_cut_off_anywhere_tells_the_truth_or_nothing,
        any_flipped_bit_gives_a_bounded_id_or_none,
        real_file_truncated_at_many_lengths_does_no_harm,
        real_file_with_bytes_turned_over_does_no_harm,
        build_id_is_found_behind_other_notes,
        notes_aligned_to_eight_bytes_are_understood,
        notes_cut_off_anywhere_have_no_build_id,
        lengths_of_a_build_id_below_at_and_above_the_limits,
        huge_lengths_in_a_note_do_not_wrap,
    };
    return unit_suite_of("native/elf_ids", tests, TSN_ARRAY_LEN(tests));
}
