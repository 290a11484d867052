# Made by "ucompose deploy kubernetes"; 107 is KubeVirt's user.
FROM scratch
COPY --chown=107:107 images/orders.elf /image.elf
