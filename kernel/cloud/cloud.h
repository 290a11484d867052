/* SPDX-License-Identifier: MIT */
/*
 * cloud.h - the configuration that a cloud keeps for this machine.
 *
 * A disk of the NoCloud form (label "cidata", file user-data) or of the ConfigDrive form (label
 * "config-2", file openstack/latest/user_data) is read wherever there is one, and one labelled
 * "ucompose" (file environment), over which it wins. Without any the
 * metadata service is asked, where the firmware names a cloud that we know and the address came
 * from DHCP. metadata= on the command line chooses: off, disk, or the name of a form (metadata.h),
 * which then is asked whatever the firmware says.
 */
#ifndef K_CLOUD_CLOUD_H
#define K_CLOUD_CLOUD_H

/*
 * Boot, after the network and before k_environment_init(): pairs of the launcher win. Whatever goes
 * wrong is told on the log, and the boot goes on: a service says itself what it lacks.
 */
void k_cloud_init(void);

#endif
