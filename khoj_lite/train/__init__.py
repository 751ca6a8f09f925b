"""The personal LoRA: dataset, training, gate. Nothing here yet."""
