/* Each file of this folder is a program: it defines unit_suite() and includes this once. */
#ifndef SRV_TEST_SUPPORT_H
#define SRV_TEST_SUPPORT_H

#include <check.h>
#include <stdlib.h>

#define UNIT_MAIN(make_suite)                                                                      \
    int main(void)                                                                                 \
    {                                                                                              \
        SRunner *runner = srunner_create(make_suite());                                            \
        srunner_run_all(runner, CK_ENV);                                                           \
        int failed = srunner_ntests_failed(runner);                                                \
        srunner_free(runner);                                                                      \
        return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;                                          \
    }

#endif
