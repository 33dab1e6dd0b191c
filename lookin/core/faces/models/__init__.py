"""The face models: fetched from the package registries, verified, converted to ONNX, kept.

Not for running them: see detector, landmarks and recogniser.
"""

from __future__ import annotations

from lookin.core.faces.models.prepare import prepare_models
from lookin.core.faces.models.store import ModelsMissingError, model_path, models_problem

__all__ = ["ModelsMissingError", "model_path", "models_problem", "prepare_models"]
