/* A host in C++ whose hooks throw, and who catches that around the capture. */
#include <cstdio>
#include <stdexcept>

#include "left.h"

namespace {

constexpr int rounds = 1000;

int32_t throw_or_keep(tocsin_event, const void *, void *user)
{
    int &to_throw = *static_cast<int *>(user);
    if (to_throw-- > 0) throw std::runtime_error("from a hook");
    return TOCSIN_KEEP;
}

int count_thrown(const left_world &world)
{
    int caught = 0;
    for (int i = 0; i < rounds; i++) {
        try {
            tocsin_scope_capture_message(world.scope, "m", 1, TOCSIN_LEVEL_ERROR, 0, nullptr,
                                         nullptr);
        } catch (const std::runtime_error &) {
            caught++;
        }
    }
    return caught;
}

}  // namespace

bool left_by_exception(chance *)
{
    int to_throw = rounds;
    left_world world = left_open("before_send", throw_or_keep, &to_throw);
    int caught = count_thrown(world);
    tocsin_status st = tocsin_scope_capture_message(world.scope, "m", 1, TOCSIN_LEVEL_ERROR, 0,
                                                    nullptr, nullptr);
    bool is_well = caught == rounds && st == TOCSIN_OK;
    if (!is_well) std::printf("  %d caught, then %d\n", caught, st);
    is_well &= left_is_counted(&world, rounds + 1, rounds);
    left_close(&world);
    return is_well;
}
