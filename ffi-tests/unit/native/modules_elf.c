/* What is loaded into this test, compared with what the loader says by other ways. */
#include "native/modules_elf.h"

#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/house.h"
#include "native/sysfile.h"
#include "support.h"

static uintptr_t here(void)
{
    return (uintptr_t)&here + 1;
}

static uintptr_t in_libc(void)
{
    return (uintptr_t)dlsym(RTLD_DEFAULT, "qsort") + 1;
}

START_TEST(only_images_that_hold_an_address_are_listed)
{
    uintptr_t addresses[] = {here(), here() + 1, 0, 1, UINTPTR_MAX};
    tsn_images images;
    ck_assert_int_eq(tsn_images_init(&images, addresses, TSN_ARRAY_LEN(addresses)), TOCSIN_OK);
    ck_assert_uint_eq(images.count, 1);
    ck_assert(images.items[0].is_main);
    ck_assert_ptr_null(tsn_images_find(&images, in_libc()));
    ck_assert_ptr_null(tsn_images_find(&images, 0));
    tsn_images_fini(&images);
}
END_TEST

START_TEST(no_address_gives_no_image)
{
    tsn_images images;
    ck_assert_int_eq(tsn_images_init(&images, NULL, 0), TOCSIN_OK);
    ck_assert_uint_eq(images.count, 0);
    tsn_images_fini(&images);
}
END_TEST

START_TEST(program_has_the_path_of_its_file)
{
    uintptr_t address = here();
    tsn_images images;
    char path[4096];
    tsn_slice want = {path, tsn_sysfile_program(path, sizeof path)};
    ck_assert_int_eq(tsn_images_init(&images, &address, 1), TOCSIN_OK);
    ck_assert(tsn_slice_equal(images.items[0].path, want));
    tsn_images_fini(&images);
}
END_TEST

START_TEST(library_agrees_with_dladdr)
{
    uintptr_t addresses[] = {in_libc(), here()};
    tsn_images images;
    Dl_info info;
    ck_assert_int_eq(tsn_images_init(&images, addresses, 2), TOCSIN_OK);
    ck_assert_uint_eq(images.count, 2);
    ck_assert(images.items[0].is_main);
    const tsn_image *image = tsn_images_find(&images, addresses[0]);
    ck_assert_ptr_nonnull(image);
    ck_assert(!image->is_main);
    ck_assert_int_ne(dladdr((const void *)addresses[0], &info), 0);
    ck_assert_uint_eq(image->start, (uintptr_t)info.dli_fbase);
    unit_expect_text(image->path, info.dli_fname);
    ck_assert_uint_gt(image->size, addresses[0] - image->start);
    tsn_images_fini(&images);
}
END_TEST

/* A call may be the last instruction of an image. */
START_TEST(return_address_belongs_to_the_byte_before_it)
{
    uintptr_t start = 0;
    size_t size = 0;
    ck_assert(tsn_image_range(in_libc(), &start, &size));
    uintptr_t addresses[] = {start + size, start};
    tsn_images images;
    ck_assert_int_eq(tsn_images_init(&images, addresses, 2), TOCSIN_OK);
    ck_assert_ptr_nonnull(tsn_images_find(&images, start + size));
    ck_assert_ptr_null(tsn_images_find(&images, start));
    ck_assert_ptr_null(tsn_images_find(&images, start + size + 1));
    tsn_images_fini(&images);
}
END_TEST

START_TEST(range_of_no_image_is_refused)
{
    uintptr_t start = 7;
    size_t size = 7;
    ck_assert(!tsn_image_range(1, &start, &size));
    ck_assert_uint_eq(start, 7);
    ck_assert(tsn_image_range(here(), &start, &size));
    ck_assert_uint_lt(here() - start, size);
}
END_TEST

/* P-51, P-52: libc of every distribution has a build id */
START_TEST(build_id_in_memory_is_the_one_in_the_file)
{
    uintptr_t address = in_libc();
    tsn_images images;
    tsn_image_ids from_memory;
    tsn_image_ids from_file;
    ck_assert_int_eq(tsn_images_init(&images, &address, 1), TOCSIN_OK);
    tsn_image image = images.items[0];
    tsn_image_ids_find(&image, &from_memory);
    image.build_id.len = 0;
    tsn_image_ids_find(&image, &from_file);
    ck_assert_str_eq(from_memory.code_id, from_file.code_id);
    ck_assert_str_eq(from_memory.debug_id, from_file.debug_id);
    ck_assert_uint_ge(strlen(from_memory.code_id), 16);
    ck_assert_uint_eq(strlen(from_memory.debug_id), 36);
    tsn_images_fini(&images);
}
END_TEST

static tsn_image image_of_file(const char *path)
{
    return (tsn_image){.path = unit_slice(path)};
}

START_TEST(unusable_files_give_no_ids)
{
    static const char *const paths[] = {"", "exe", "/nonexistent.so", "/dev/zero", "/etc"};
    ck_assert_int_eq(chdir("/proc/self"), 0); /* "exe" is a good file there, only relative */
    for (size_t i = 0; i < TSN_ARRAY_LEN(paths); i++) {
        tsn_image image = image_of_file(paths[i]);
        tsn_image_ids ids = {"x", "x"};
        tsn_image_ids_find(&image, &ids);
        ck_assert_str_eq(ids.code_id, "");
        ck_assert_str_eq(ids.debug_id, "");
    }
}
END_TEST

static void write_all(int fd, const void *data, size_t len)
{
    ck_assert_int_eq(write(fd, data, len), (ssize_t)len);
}

/* A library linked without a build id: a header, three section headers, names and code. */
static void write_without_build_id(int fd)
{
    static const char names[24] = "\0.text\0.shstrtab";
    static const uint8_t code[20] = {1, 2, 3, 4, [15] = 5, [16] = 0x10};
    ElfW(Ehdr) header;
    ElfW(Shdr) sections[3];
    memset(&header, 0, sizeof header);
    memset(sections, 0, sizeof sections);
    memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32;
    header.e_ident[EI_DATA] = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB;
    header.e_shoff = sizeof header;
    header.e_shentsize = sizeof sections[0];
    header.e_shnum = 3;
    header.e_shstrndx = 2;
    sections[1].sh_name = 1;
    sections[1].sh_type = SHT_PROGBITS;
    sections[1].sh_offset = sizeof header + sizeof sections + sizeof names;
    sections[1].sh_size = sizeof code;
    sections[2].sh_offset = sizeof header + sizeof sections;
    sections[2].sh_size = sizeof names;
    write_all(fd, &header, sizeof header);
    write_all(fd, sections, sizeof sections);
    write_all(fd, names, sizeof names);
    write_all(fd, code, sizeof code);
}

/* P-53 */
START_TEST(image_without_build_id_is_known_by_its_code)
{
    char path[64];
    int fd = memfd_create("library", MFD_CLOEXEC);
    ck_assert_int_ge(fd, 0);
    write_without_build_id(fd);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    tsn_image image = image_of_file(path);
    tsn_image_ids ids;
    tsn_image_ids_find(&image, &ids);
    close(fd);
    ck_assert_str_eq(ids.code_id, "");
    ck_assert_str_eq(ids.debug_id, "04030211-0000-0000-0000-000000000005");
}
END_TEST

START_TEST(out_of_memory_leaves_nothing_behind)
{
    uintptr_t addresses[] = {here(), in_libc()};
    uint64_t nth = 0;
    tocsin_status st;
    tsn_alloc_track(true);
    int64_t before = tsn_alloc_live();
    do {
        tsn_images images;
        tsn_alloc_fail_nth(++nth, false);
        st = tsn_images_init(&images, addresses, 2);
        if (st != TOCSIN_OK) {
            ck_assert_int_eq(st, TOCSIN_E_NOMEM);
            ck_assert_uint_eq(images.count, 0);
        }
        tsn_images_fini(&images);
        ck_assert_int_eq(tsn_alloc_live(), before);
    } while (st != TOCSIN_OK);
    tsn_alloc_fail_nth(0, false);
    ck_assert_uint_ge(nth, 3);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        only_images_that_hold_an_address_are_listed,
        no_address_gives_no_image,
        program_has_the_path_of_its_file,
        library_agrees_with_dladdr,
        return_address_belongs_to_the_byte_before_it,
        range_of_no_image_is_refused,
        build_id_in_memory_is_the_one_in_the_file,
        unusable_files_give_no_ids,
        image_without_build_id_is_known_by_its_code,
        out_of_memory_leaves_nothing_behind,
    };
    return unit_suite_of("native/modules_elf", tests, TSN_ARRAY_LEN(tests));
}
