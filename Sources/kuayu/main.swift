import KuayuCLI

await KuayuProgram.run()
