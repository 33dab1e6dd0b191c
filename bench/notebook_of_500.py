"""The notebook that the page's benchmarks open: 500 cells with text, tables, pictures and errors.

Made without a kernel, the same each time. Not for measuring (opening.py).
"""

from __future__ import annotations

import io
import random
from typing import Any

CELLS = 500
ROWS = 12


def notebook_of_500() -> dict[str, Any]:
    """nbformat 4.5: of ten cells three are text, and seven code with an output each."""
    chance = random.Random(4)
    makers = (_words, _lines, _table, _picture, _words, _value, _lines, _formula, _lines, _failure)
    cells = [makers[number % len(makers)](number, chance) for number in range(CELLS)]
    for number, cell in enumerate(cells):
        cell |= {"id": f"cell{number}", "metadata": {}}
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}


def _words(number: int, _: random.Random) -> dict[str, Any]:
    text = f"## Part {number}\n\nWhat we *measured*, and **why**:\n\n- one thing\n- `another`\n\n"
    return {"cell_type": "markdown", "source": text + "A longer paragraph of plain words. " * 8}


def _formula(number: int, _: random.Random) -> dict[str, Any]:
    text = f"The sum is $\\sum_{{i=0}}^{{{number}}} i^2$ and the whole\n\n$$\\int_0^1 x^2\\,dx$$"
    return {"cell_type": "markdown", "source": text}


def _code(source: str, number: int, *outputs: dict[str, Any]) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "source": source,
        "execution_count": number,
        "outputs": list(outputs),
    }


def _lines(number: int, chance: random.Random) -> dict[str, Any]:
    text = "".join(f"step {i}: loss {chance.random():.6f}\n" for i in range(30))
    source = f"for i in range(30):\n    print(f'step {{i}}: loss {{loss({number}, i):.6f}}')"
    return _code(source, number, {"output_type": "stream", "name": "stdout", "text": text})


def _table(number: int, chance: random.Random) -> dict[str, Any]:
    head = "".join(f"<th>c{i}</th>" for i in range(8))
    rows = "".join(
        f"<tr><th>{row}</th>"
        + "".join(f"<td>{chance.random():.4f}</td>" for _ in range(8))
        + "</tr>"
        for row in range(ROWS)
    )
    html = (
        "<div><style scoped>.dataframe tbody tr th {vertical-align: top;}</style>"
        f'<table border="1" class="dataframe"><thead><tr><th></th>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )
    return _code(f"frame.iloc[{number}:{number + ROWS}]", number, _result(number, html))


def _result(number: int, html: str) -> dict[str, Any]:
    data = {"text/html": html, "text/plain": "a table"}
    return {
        "output_type": "execute_result",
        "execution_count": number,
        "metadata": {},
        "data": data,
    }


def _picture(number: int, chance: random.Random) -> dict[str, Any]:
    data = {"image/png": _png(chance), "text/plain": "<Figure size 640x480 with 1 Axes>"}
    output = {"output_type": "display_data", "metadata": {}, "data": data}
    return _code(f"plt.plot(x, signal({number}))\nplt.show()", number, output)


def _png(chance: random.Random) -> str:
    """A plot's size and about its bytes: 640 × 480."""
    import base64

    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (640, 480), "white")
    pen = ImageDraw.Draw(picture)
    points = [(x, 240 + 180 * (chance.random() - 0.5)) for x in range(0, 640, 4)]
    pen.line(points, fill=(31, 119, 180), width=2)
    kept = io.BytesIO()
    picture.save(kept, "PNG")
    return base64.b64encode(kept.getvalue()).decode()


def _value(number: int, _: random.Random) -> dict[str, Any]:
    data = {"text/plain": str(number**7)}
    output = {"output_type": "execute_result", "execution_count": number, "metadata": {}}
    return _code(f"{number} ** 7", number, output | {"data": data})


def _failure(number: int, _: random.Random) -> dict[str, Any]:
    traceback = [
        "\x1b[31m" + "-" * 75 + "\x1b[39m",
        "\x1b[31mZeroDivisionError\x1b[39m  Traceback (most recent call last)",
        f"\x1b[36mCell\x1b[39m \x1b[32mIn[{number}]\x1b[39m\x1b[32m, line 1\x1b[39m\n"
        "\x1b[32m----> \x1b[39m\x1b[32m1\x1b[39m \x1b[32m1\x1b[39m/\x1b[32m0\x1b[39m\n",
        "\x1b[31mZeroDivisionError\x1b[39m: division by zero",
    ]
    fields = {"ename": "ZeroDivisionError", "evalue": "division by zero", "traceback": traceback}
    return _code("1/0", number, {"output_type": "error", **fields})
