/* The file is never mapped or read whole: each header and name is fetched by its offset, so that an
 * offset that points nowhere is a failed read and nothing worse. A file of another word size or
 * byte order than ours has no ids for us; it cannot be loaded either. */
#include "native/elf_ids.h"

#include <link.h>
#include <string.h>

#include "base/house.h"
#include "native/sysfile.h"

#define NATIVE_CLASS (sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32)
#define NATIVE_DATA (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB)

typedef struct section_table {
    int fd;
    ElfW(Ehdr) header;
    ElfW(Shdr) names; /* the section that holds the sections' names */
} section_table;

typedef struct section_key {
    uint32_t type;
    const char *name;
} section_key;

static const section_key build_id_key = {SHT_NOTE, ".note.gnu.build-id"};
static const section_key text_key = {SHT_PROGBITS, ".text"};

/* Offsets are sums of a few 32-bit fields and cannot wrap in 64 bits. */
static uint64_t round_up(uint64_t offset, uint64_t step)
{
    return (offset + step - 1) & ~(step - 1);
}

static bool is_build_id(const ElfW(Nhdr) * note, const char *name)
{
    return note->n_type == NT_GNU_BUILD_ID && note->n_namesz == sizeof ELF_NOTE_GNU &&
           memcmp(name, ELF_NOTE_GNU, sizeof ELF_NOTE_GNU) == 0 && note->n_descsz > 0 &&
           note->n_descsz <= TSN_BUILD_ID_MAX;
}

bool tsn_elf_notes_build_id(tsn_slice notes, size_t align, tsn_build_id *out)
{
    const uint64_t step = align == 8 ? 8 : 4;
    ElfW(Nhdr) note;
    while (notes.len >= sizeof note) {
        memcpy(&note, notes.data, sizeof note);
        uint64_t desc_at = round_up(sizeof note + (uint64_t)note.n_namesz, step);
        uint64_t end = desc_at + note.n_descsz;
        if (end > notes.len) return false;
        if (is_build_id(&note, notes.data + sizeof note)) {
            memcpy(out->bytes, notes.data + desc_at, note.n_descsz);
            out->len = note.n_descsz;
            return true;
        }
        notes = tsn_slice_sub(notes, (size_t)round_up(end, step), notes.len);
    }
    return false;
}

static bool header_is_ours(const ElfW(Ehdr) * header)
{
    return memcmp(header->e_ident, ELFMAG, SELFMAG) == 0 &&
           header->e_ident[EI_CLASS] == NATIVE_CLASS && header->e_ident[EI_DATA] == NATIVE_DATA &&
           header->e_shoff != 0 && header->e_shentsize == sizeof(ElfW(Shdr)) &&
           header->e_shstrndx < header->e_shnum;
}

static bool section_read(const section_table *table, size_t idx, ElfW(Shdr) * out)
{
    uint64_t offset = table->header.e_shoff;
    if (offset > INT64_MAX) return false;
    return tsn_sysfile_read_at(table->fd, offset + idx * sizeof *out, out, sizeof *out);
}

static bool table_open(section_table *table, int fd)
{
    table->fd = fd;
    return tsn_sysfile_read_at(fd, 0, &table->header, sizeof table->header) &&
           header_is_ours(&table->header) &&
           section_read(table, table->header.e_shstrndx, &table->names);
}

static bool section_is(const section_table *table, const ElfW(Shdr) * section, section_key key)
{
    char name[32];
    const size_t len = strlen(key.name) + 1;
    TSN_ASSERT(len <= sizeof name);
    if (section->sh_type != key.type) return false;
    if (section->sh_name > table->names.sh_size || len > table->names.sh_size - section->sh_name)
        return false;
    if (table->names.sh_offset > INT64_MAX) return false;
    return tsn_sysfile_read_at(table->fd, table->names.sh_offset + section->sh_name, name, len) &&
           memcmp(name, key.name, len) == 0;
}

static bool section_find(int fd, section_key key, ElfW(Shdr) * out)
{
    section_table table;
    if (!table_open(&table, fd)) return false;
    for (size_t i = 1; i < table.header.e_shnum && i < TSN_ELF_SECTIONS_MAX; i++) {
        if (!section_read(&table, i, out)) return false;
        if (section_is(&table, out, key)) return true;
    }
    return false;
}

bool tsn_elf_file_build_id(int fd, tsn_build_id *out)
{
    ElfW(Shdr) section;
    char notes[TSN_ELF_NOTE_MAX];
    if (!section_find(fd, build_id_key, &section)) return false;
    size_t len = section.sh_size < sizeof notes ? (size_t)section.sh_size : sizeof notes;
    if (!tsn_sysfile_read_at(fd, section.sh_offset, notes, len)) return false;
    return tsn_elf_notes_build_id((tsn_slice){notes, len}, (size_t)section.sh_addralign, out);
}

bool tsn_elf_file_text_id(int fd, uint8_t out[TSN_DEBUG_ID_BYTES])
{
    ElfW(Shdr) section;
    uint8_t code[TSN_TEXT_ID_SPAN];
    if (!section_find(fd, text_key, &section) || section.sh_size == 0) return false;
    size_t len = section.sh_size < sizeof code ? (size_t)section.sh_size : sizeof code;
    if (!tsn_sysfile_read_at(fd, section.sh_offset, code, len)) return false;
    tsn_debug_id_fold(code, len, out);
    return true;
}
