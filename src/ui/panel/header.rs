//! The page's head: name, device and why, language, colours, the link to share.

use leptos::prelude::*;
use web_sys::HtmlSelectElement;

use super::copy::Copy;
use super::desk;
use crate::protocol::DeviceKind;
use crate::ui::address::{self, Theme, Wish};
use crate::ui::desk::{Desk, News, Why};
use crate::ui::lang::Lang;
use crate::ui::words::fill;

/// The page's head.
#[component]
pub fn Header() -> impl IntoView {
    let desk = desk();
    let address = Callback::new(|()| window().location().href().unwrap_or_default());
    view! {
        <header class="head">
            <p class="brand"><span class="mark" aria-hidden="true"></span>{move || desk.w().brand}</p>
            <Device/>
            <div class="wishes">
                <label>
                    <span>{move || desk.w().language}</span>
                    <select
                        prop:value=move || address::name(&Lang::ALL, desk.lang.get())
                        on:change=move |change| {
                            let wanted = address::named(&Lang::ALL, &event_target_value(&change));
                            // The box shows what is spoken, which the words on their way may yet change.
                            let spoken = address::name(&Lang::ALL, desk.lang.get_untracked());
                            event_target::<HtmlSelectElement>(&change).set_value(spoken);
                            wanted.into_iter().for_each(|lang| desk.speak(lang));
                        }
                    >
                        {Lang::ALL.map(|(lang, name)| view! {
                            <option value=name selected=move || desk.lang.get() == lang lang=lang.tag()>{lang.own_name()}</option>
                        }).collect_view()}
                    </select>
                </label>
                <label>
                    <span>{move || desk.w().theme}</span>
                    <select
                        prop:value=move || address::name(&Theme::ALL, desk.theme.get())
                        on:change=move |change| {
                            if let Some(theme) = address::named(&Theme::ALL, &event_target_value(&change)) {
                                desk.theme.set(theme);
                            }
                        }
                    >
                        {Theme::ALL.map(|(theme, name)| view! {
                            <option value=name selected=move || desk.theme.get() == theme>{move || theme_words(desk, theme)}</option>
                        }).collect_view()}
                    </select>
                </label>
                <Copy label=|w| w.share class="quiet" text=address/>
            </div>
        </header>
    }
}

fn theme_words(desk: Desk, theme: Theme) -> &'static str {
    let w = desk.w();
    match theme {
        Theme::System => w.theme_system,
        Theme::Light => w.theme_light,
        Theme::Dark => w.theme_dark,
    }
}

/// Which device runs, why, and the choice.
#[component]
fn Device() -> impl IntoView {
    let desk = desk();
    let options = move |wish: Wish| {
        let w = desk.w();
        match wish {
            Wish::Auto => w.device_auto,
            Wish::Cpu => w.device_cpu,
            Wish::Gpu => w.device_gpu,
        }
    };
    let software = move || desk.device.get().is_some_and(|device| device.software);
    view! {
        <div class="device">
            <label>
                <span>{move || desk.w().device}</span>
                <select
                    prop:value=move || address::name(&Wish::ALL, desk.wish.get())
                    on:change=move |change| {
                        if let Some(wish) = address::named(&Wish::ALL, &event_target_value(&change)) {
                            desk.choose_device(wish);
                        }
                    }
                >
                    {Wish::ALL.map(|(wish, name)| view! {
                        <option value=name selected=move || desk.wish.get() == wish>{move || options(wish)}</option>
                    }).collect_view()}
                </select>
            </label>
            <p class="reason">
                <strong data-live="device">{move || running(desk)}</strong>
                " "<span>{move || reason(desk)}</span>
                {move || software().then(|| view! { <em>{desk.w().software_warning}</em> })}
            </p>
        </div>
    }
}

fn running(desk: Desk) -> String {
    let Some(device) = desk.device.get() else { return "…".to_owned() };
    match device.kind {
        DeviceKind::Cpu if device.threads > 1 => {
            fill(desk.w().device_threads, &[("threads", &device.threads.to_string())])
        }
        DeviceKind::Cpu => desk.w().device_cpu.to_owned(),
        DeviceKind::Gpu if device.adapter.is_empty() => desk.w().device_gpu.to_owned(),
        DeviceKind::Gpu => format!("{} · {}", desk.w().device_gpu, device.adapter),
    }
}

fn reason(desk: Desk) -> String {
    let w = desk.w();
    match desk.why.get() {
        Why::Best => String::new(),
        Why::Chosen => w.why_chosen.to_owned(),
        Why::NoWebGpu => w.why_no_webgpu.to_owned(),
        Why::NoAdapter => w.why_no_adapter.to_owned(),
        Why::Software(adapter) => fill(w.why_software, &[("adapter", &adapter)]),
        Why::Unfit(fault) => fill(w.why_unfit, &[("why", &desk.told(&News::Fault(fault)).what)]),
        Why::Lost => w.why_lost.to_owned(),
        Why::Absent => w.why_absent.to_owned(),
        Why::Building => w.why_building.to_owned(),
    }
}
