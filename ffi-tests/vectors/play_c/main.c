#include "play.h"

int main(void)
{
    play_lines(play_vector);
    return 0;
}
