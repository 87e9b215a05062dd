/*
 * banned.h - functions that must not be used, made compile errors.
 *
 * The Makefile puts it in front of every source file (-include).  The headers
 * that declare the functions come first, since a poisoned name may not even be
 * declared afterwards.
 *
 *   strcpy strcat sprintf vsprintf gets     write without knowing how far
 *   stpcpy                                  the same
 *   strtok gmtime localtime ctime asctime   keep state that threads share
 *   atoi atol atoll atof                    cannot say that the text was no number
 *   sscanf fscanf scanf vsscanf             overflow without a word
 *   setlocale                               belongs to the program, never to a library
 */
#ifndef HL_BASE_BANNED_H
#define HL_BASE_BANNED_H

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison strcpy strcat stpcpy sprintf vsprintf gets
#pragma GCC poison strtok gmtime localtime ctime asctime
#pragma GCC poison atoi atol atoll atof
#pragma GCC poison sscanf fscanf scanf vsscanf
#pragma GCC poison setlocale

#endif
