/* What identifies a build, read from the parts of an ELF image: notes in memory, sections in a
 * file. The bytes may be damaged or hostile; every offset is checked before it is followed. Nothing
 * allocates. Any thread. */
#ifndef TSN_NATIVE_ELF_IDS_H
#define TSN_NATIVE_ELF_IDS_H

#include <stdbool.h>

#include "base/slice.h"
#include "native/debug_id.h"

/* Sections of a file that are looked at; what stands behind them is taken for absent. */
#define TSN_ELF_SECTIONS_MAX 1024
/* Bytes of a build id section that are read. */
#define TSN_ELF_NOTE_MAX 1024

/* The GNU build id among the notes of one segment or section; `align` is the segment's. False: none
 * that is whole, not empty and at most TSN_BUILD_ID_MAX long; `out` is then untouched. */
bool tsn_elf_notes_build_id(tsn_slice notes, size_t align, tsn_build_id *out);
/* The same from the section `.note.gnu.build-id` of the open file `fd`. */
bool tsn_elf_file_build_id(int fd, tsn_build_id *out);
/* The fold of the file's section `.text`; false: no section headers, no such section, or the file
 * ends before it does. */
bool tsn_elf_file_text_id(int fd, uint8_t out[TSN_DEBUG_ID_BYTES]);

#endif
