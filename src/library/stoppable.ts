import type { Engine } from '../engine/build.ts';
import type { Source } from '../model/index.ts';
import type { ScimTarget } from '../scim/target.ts';

/**
 * An engine whose reading ends with the signal, by its reason: of the source, and of what a target lists. What writes is
 * stopped by whoever delivers, who finishes what is in flight.
 */
export function stoppable(engine: Engine, signal: AbortSignal): Engine {
  return {
    ...engine,
    openSource: (state, mark) => stoppableSource(engine.openSource(state, mark), signal),
    openTarget: (target, watch) => stoppableTarget(engine.openTarget(target, watch), signal),
  };
}

function stoppableSource(source: Source, signal: AbortSignal): Source {
  return { ...source, read: (...names) => until(signal, source.read(...names)) };
}

function stoppableTarget(target: ScimTarget, signal: AbortSignal): ScimTarget {
  return {
    ...target,
    list: () => until(signal, target.list()),
    listGroups: () => until(signal, target.listGroups()),
  };
}

async function* until<T, R>(signal: AbortSignal, steps: AsyncGenerator<T, R>): AsyncGenerator<T, R> {
  try {
    for (;;) {
      signal.throwIfAborted();
      const step = await steps.next();
      if (step.done) return step.value;
      yield step.value;
    }
  } finally {
    await steps.return(undefined as never);
  }
}
