/** A page without the modules of ours that it names: what is left of scripts is somebody else's. */
export function withoutModules(markup: string): string {
  return markup.replaceAll(/<script type="module" src="\/assets\/[a-z-]+\.js"><\/script>/g, '');
}
