// Placeholder until the feature lands.
export function mount(_element: HTMLElement): void {}
