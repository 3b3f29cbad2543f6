//! The big walls: the page's dependency tree holds no Burn, and the workers' hold no Leptos.

use crate::shell::{Outcome, cargo, output};

/// A side of the house and what must never be compiled into it, by the beginnings of crate names.
struct Wall {
    feature: &'static str,
    forbidden: &'static [&'static str],
}

const WALLS: [Wall; 3] = [
    Wall { feature: "ui", forbidden: &["burn", "cubecl", "cubek", "wgpu", "rand_distr", "safetensors"] },
    Wall { feature: "cpu", forbidden: &["leptos", "plotters", "wgpu", "pulldown-latex"] },
    Wall { feature: "gpu", forbidden: &["leptos", "plotters", "pulldown-latex"] },
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
        let inside = breaches(&tree, wall.forbidden);
        if !inside.is_empty() {
            return Err(format!("feature `{}` must not depend on {}", wall.feature, inside.join(", ")));
        }
        println!("feature `{}`: no {}", wall.feature, wall.forbidden.join(", "));
    }
    Ok(())
}

/// Crates of a tree (one a line, name first) that begin with a forbidden name.
fn breaches<'a>(tree: &'a str, forbidden: &[&str]) -> Vec<&'a str> {
    let mut names: Vec<&str> = tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
    names.sort_unstable();
    names.dedup();
    names.retain(|name| forbidden.iter().any(|start| name.starts_with(start)));
    names
}

#[cfg(test)]
mod tests {
    use super::breaches;

    #[test]
    fn a_planted_crate_is_found() {
        let tree = "kiln v0.1.0 (/somewhere)\nserde v1.0.0\nburn-core v0.22.1\nburn-core v0.22.1 (*)\n";
        assert_eq!(breaches(tree, &["burn", "wgpu"]), ["burn-core"]);
    }

    #[test]
    fn a_clean_tree_passes() {
        assert!(breaches("kiln v0.1.0\nserde v1.0.0\n", &["burn"]).is_empty());
    }
}
