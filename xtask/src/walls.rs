//! The big walls: the page's dependency tree holds no Burn, and the workers' hold no Leptos.

use crate::shell::{Outcome, cargo, output};

/// A side of the house, and crates by the beginnings of their names.
struct Wall {
    feature: &'static str,
    /// What it is made of: a tree without it is not the side's.
    own: &'static str,
    /// What must never be compiled into it.
    forbidden: &'static [&'static str],
}

const WALLS: [Wall; 4] = [
    Wall {
        feature: "ui",
        own: "leptos",
        forbidden: &["burn", "cubecl", "cubek", "wgpu", "rand_distr", "safetensors", "pulldown-latex", "csv", "zip"],
    },
    Wall {
        feature: "own",
        own: "leptos",
        forbidden: &["burn", "cubecl", "cubek", "wgpu", "rand_distr", "safetensors"],
    },
    Wall { feature: "cpu", own: "burn", forbidden: &["leptos", "plotters", "wgpu"] },
    Wall { feature: "gpu", own: "burn", forbidden: &["leptos", "plotters"] },
];

/// Holds every wall against cargo's own tree.
pub fn check() -> Outcome {
    for wall in &WALLS {
        let tree = output(&mut cargo([
            "tree",
            "--locked",
            "--package=kiln",
            "--no-default-features",
            "--features",
            wall.feature,
            "--target=wasm32-unknown-unknown",
            "--edges=normal",
            "--prefix=none",
            "--format={p}",
        ]))?;
        wall.hold(&tree)?;
        println!("feature `{}`: no {}", wall.feature, wall.forbidden.join(", "));
    }
    Ok(())
}

impl Wall {
    /// Looks through a tree: one crate a line, its name first.
    fn hold(&self, tree: &str) -> Outcome {
        let mut names: Vec<&str> = tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
        names.sort_unstable();
        names.dedup();
        if !names.iter().any(|name| name.starts_with(self.own)) {
            return Err(format!("feature `{}` should depend on {}: is this its tree?", self.feature, self.own));
        }
        names.retain(|name| self.forbidden.iter().any(|start| name.starts_with(start)));
        if names.is_empty() {
            return Ok(());
        }
        Err(format!("feature `{}` must not depend on {}", self.feature, names.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::WALLS;

    /// The tree of a side, as cargo prints it, with one crate more.
    fn held(feature: &str, planted: &str) -> Result<(), String> {
        let wall = WALLS.iter().find(|wall| wall.feature == feature).expect("one of the sides");
        let own = wall.own;
        wall.hold(&format!(
            "kiln v0.1.0 (/somewhere)\n{own} v1.0.0\nserde v1.0.0\nserde_derive v1.0.0 (proc-macro)\n{planted} v1.0.0\n\
             serde v1.0.0 (*)\n{planted} v1.0.0 (*)\n"
        ))
    }

    #[test]
    fn a_planted_crate_is_found_and_named() {
        for (feature, planted) in [
            ("ui", "burn"),
            ("ui", "burn-core"),
            ("ui", "cubecl-runtime"),
            ("ui", "wgpu-core"),
            ("ui", "zip"),
            ("own", "burn"),
            ("cpu", "leptos"),
            ("cpu", "leptos_dom"),
            ("cpu", "wgpu"),
            ("gpu", "leptos"),
            ("gpu", "plotters-canvas"),
        ] {
            let told = held(feature, planted).expect_err("a breach");
            assert_eq!(told, format!("feature `{feature}` must not depend on {planted}"));
        }
    }

    #[test]
    fn a_clean_tree_passes() {
        for (feature, fine) in [("ui", "plotters"), ("cpu", "burn-flex"), ("gpu", "wgpu")] {
            assert_eq!(held(feature, fine), Ok(()));
        }
    }

    #[test]
    fn another_tree_is_no_proof() {
        for wall in &WALLS {
            assert!(wall.hold("").is_err(), "an empty tree passed for {}", wall.feature);
            assert!(wall.hold("xtask v0.1.0 (/somewhere)\nserde v1.0.0\n").is_err(), "{}", wall.feature);
        }
    }
}
