/* SPDX-License-Identifier: MIT */
/*
 * text.h - a text inside of other languages: quoted so that its reader gets the same bytes back.
 */
#ifndef MANIFEST_TEXT_H
#define MANIFEST_TEXT_H

#include <stdbool.h>
#include <stdio.h>

/* Is it UTF-8 (RFC 3629, section 4)? YAML, JSON, XML and HCL have no way to say other bytes. */
bool manifest_is_utf8(const char *text);

/* Element content and attribute values of XML, without the quotes. */
void manifest_xml(FILE *out, const char *text);

/* A double-quoted scalar, which YAML and JSON read alike. */
void manifest_quoted(FILE *out, const char *text);

/* A text of several lines as a value of YAML, to be read: each line after `indent` blanks, where all of it is plain; quoted
 * otherwise. */
void manifest_block(FILE *out, unsigned indent, const char *text);

/* A double-quoted scalar where Compose reads it, which doubles a dollar sign. */
void manifest_compose_quoted(FILE *out, const char *text);

/* A word of a shell's command line, in single quotes. */
void manifest_shell_word(FILE *out, const char *text);

/* A string of HCL (Nomad, Terraform), where "${" and "%{" would begin a template. */
void manifest_hcl_quoted(FILE *out, const char *text);

/* A value of user data as docs/cloud.md has it, in double quotes. */
void manifest_user_data_quoted(FILE *out, const char *text);

#endif
