/* What a C compiler needs to see around each tocsin prototype: the export mark, the C++ guards. */
#ifndef TOCSIN_EXPORT_H
#define TOCSIN_EXPORT_H

#if defined(SWIG)
#define TOCSIN_API
#elif defined(__GNUC__) || defined(__clang__)
#define TOCSIN_API __attribute__((visibility("default")))
#else
#define TOCSIN_API
#endif

#ifdef __cplusplus
#define TOCSIN_BEGIN_DECLS extern "C" {
#define TOCSIN_END_DECLS }
#else
#define TOCSIN_BEGIN_DECLS
#define TOCSIN_END_DECLS
#endif

#endif
