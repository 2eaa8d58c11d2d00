"""Writes the mean of the weights of two readers.

    python average.py one.safetensors other.safetensors mean.safetensors

Both must be fine-tuned from the same base. Their mean is often better than
either (Wortsman and others, "Model soups", 2022)."""

import sys

from safetensors.numpy import load_file, save_file


def main():
    one, other = load_file(sys.argv[1]), load_file(sys.argv[2])
    if {k: v.shape for k, v in one.items()} != {k: v.shape for k, v in other.items()}:
        sys.exit("average: the two files have different weights")
    save_file({k: (v + other[k]) / 2 for k, v in one.items()}, sys.argv[3])


if __name__ == "__main__":
    main()
