/* SPDX-License-Identifier: MIT */
/*
 * kube.h - what both ways into Kubernetes have in common: KubeVirt's machines and urunc's containers.
 */
#ifndef MANIFEST_KUBE_H
#define MANIFEST_KUBE_H

#include "manifest_internal.h"

/* "registry/orders:<hash of the image>". */
void kube_image(const struct manifest *manifest, const struct deploy_service *service, char *out, size_t size);

/* Kubernetes counts in whole seconds, from one. */
unsigned long long kube_seconds(uint64_t ms);

/* A document's head, up to and with "spec:"; ConfigMaps and Secrets have no such part. */
void kube_head(const struct manifest *manifest, const struct deploy_service *service, const char *version,
               const char *kind, const char *suffix, FILE *out);
void kube_spec(const struct manifest *manifest, const struct deploy_service *service, const char *version,
               const char *kind, const char *suffix, FILE *out);
void kube_labels(const struct manifest *manifest, const struct deploy_service *service, const char *key, FILE *out);

/* A probe, below `indent` blanks. */
void kube_probe(FILE *out, unsigned indent, const char *name, const char *path, const struct deploy_health *health);

/* The head of the ConfigMap or the Secret with a part of the environment, up to what is in it. */
void kube_environment(const struct manifest *manifest, const struct deploy_service *service, enum manifest_part part,
                      FILE *out);

/* The Services that lead to it. */
void kube_services(const struct manifest *manifest, const struct deploy_service *service, FILE *out);

/* Does an autoscaler choose how many there are? */
bool kube_grows(const struct manifest *manifest, const struct deploy_service *service);

/* "replicas: 3"; nothing where an autoscaler chooses: each time the file is applied it would be thrown back. */
void kube_replicas(const struct manifest *manifest, const struct deploy_service *service, FILE *out);

/* How many may be gone at once, in the words of `rule`: "maxUnavailable: 1". */
void kube_budget(const struct manifest *manifest, const struct deploy_service *service, const char *rule, FILE *out);

/* Where one chooses. */
void kube_autoscaler(const struct manifest *manifest, const struct deploy_service *service, const char *version,
                     const char *kind, FILE *out);

/* Refuse what Kubernetes cannot say. `target` for the sentence. */
int kube_check(const struct manifest *manifest, const char *target, struct deploy_error *error);

/* Push the images, apply the files. */
void kube_commands(const struct manifest *manifest, FILE *out);

#endif
