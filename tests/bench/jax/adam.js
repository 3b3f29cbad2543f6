// Adam (Kingma & Ba 2015) on trees of arrays, traced with the rest of a step: the optax of jax-js, which this follows,
// is in a package that not every registry has.
import { numpy as np, tree } from "@jax-js/jax";

/** The optimiser's two functions. */
export function adam(rate, beta1, beta2, epsilon) {
  const init = (params) => ({
    first: tree.map(np.zerosLike, tree.ref(params)),
    second: tree.map(np.zerosLike, params),
    // 1 - beta^t, kept like this because the difference itself would cancel in 32 bits.
    rest1: np.zeros([1]),
    rest2: np.zeros([1]),
  });

  /** The parameters and the state after a step down `gradients`. */
  function update(gradients, state, params) {
    const first = tree.map((m, g) => m.mul(beta1).add(g.mul(1 - beta1)), state.first, tree.ref(gradients));
    const second = tree.map((v, g) => v.mul(beta2).add(np.square(g).mul(1 - beta2)), state.second, gradients);
    const rest1 = state.rest1.mul(beta1).add(1 - beta1);
    const rest2 = state.rest2.mul(beta2).add(1 - beta2);
    const scale1 = np.reciprocal(rest1.ref).mul(-rate);
    const scale2 = np.reciprocal(rest2.ref);
    const move = (w, m, v) => w.add(m.mul(scale1.ref).div(np.sqrt(v.mul(scale2.ref)).add(epsilon)));
    const moved = tree.map(move, params, tree.ref(first), tree.ref(second));
    tree.dispose([scale1, scale2]);
    return [moved, { first, second, rest1, rest2 }];
  }
  return { init, update };
}
