//! What the module says, in both of the page's languages; names in braces are filled in.

pub use crate::ui::{lang::Lang, words::fill};

use crate::protocol::{Text, text};

macro_rules! words {
    ($($name:ident = $en:literal / $zh:literal;)*) => {
        $(#[allow(missing_docs, reason = "a word's text documents it")] pub static $name: Text = text($en, $zh);)*
        /// All of them.
        pub static ALL: &[&Text] = &[$(&$name),*];
    };
}

words! {
    TITLE = "Data of your own" / "自己的数据";
    CLOSE = "Close" / "关闭";
    BRING = "Bring a file" / "导入文件";
    DRAW = "Draw" / "手绘收集";
    PRIVATE = "Everything stays on this device: nothing is sent anywhere." / "一切都留在这台设备上，不会发送到任何地方。";
    MISSING = "This link speaks of “{name}”, data of somebody's own, which are not on this device. Ask whoever sent the link for the file and bring it here under the same name: the link then finds it." / "该链接用到他人自己的数据“{name}”，这台设备上没有。请向发送链接的人索取该文件，并以同样的文件名在此导入，链接便能找到它。";
    MISSING_HAND = "This link speaks of drawings of somebody's hand, which are not on this device. Ask whoever sent the link to export them and import the file here, or draw your own." / "该链接用到他人手绘的图，这台设备上没有。请让发送链接的人导出它们并在此导入，或者自己画。";
    DROP = "Drop files here, or" / "把文件拖到这里，或者";
    CHOOSE = "Choose files" / "选择文件";
    FOLDER = "Choose a folder" / "选择文件夹";
    KINDS = "A table (CSV) of numbers with a column of labels; a zip or a folder of pictures, one folder for each class; or a pair of IDX files, as MNIST comes. Up to 50 MB." / "带标签列的数值表格（CSV）；按类别分文件夹存放的图片（zip 或文件夹）；或 MNIST 那样的一对 IDX 文件。最大 50 MB。";
    TABLES = "A table (CSV) of numbers with a column of labels, up to 50 MB." / "带标签列的数值表格（CSV），最大 50 MB。";
    READING = "Reading {file}…" / "正在读取 {file}…";
    STOP = "Stop" / "停止";
    WRONG = "What is wrong" / "存在的问题";
    MORE = "and {count} more" / "以及另外 {count} 处";
    LENIENT_ROWS = "Leave out the rows that are named or counted here" / "略去上面列出或计入的行";
    LENIENT_FILES = "Leave out the files that are named or counted here" / "略去上面列出或计入的文件";
    FIRST_ROWS = "First rows" / "前几行";
    USE_AS = "Used as" / "用作";
    FEATURE = "feature" / "特征";
    LABEL = "label" / "标签";
    UNUSED = "not used" / "不用";
    ROLE_OF = "What {column} is used as" / "{column} 用作什么";
    NO_LABEL = "Choose the column of labels: its values are the classes, at most 50." / "请选择标签列：它的取值就是类别，最多 50 个。";
    SEEN = "A model sees" / "模型看到";
    SEEN_TWO = "two features at a time, as points in the plane" / "每次两个特征，作为平面上的点";
    SEEN_ALL = "all {count} features at once" / "同时全部 {count} 个特征";
    TWO = "Once the table is in use, the knobs “x feature” and “y feature” choose which two columns they are." / "开始使用后，由旋钮“x 轴特征”和“y 轴特征”决定用其中哪两列。";
    SEEN_SO = "Each feature counts in standard deviations from its mean, and a sample is drawn as a curve through its features." / "每个特征以标准差计，原点为均值；每个样本画成一条穿过各特征的曲线。";
    SUMMARY_ROWS = "{rows} rows of {classes} classes; {dropped} left out because a value is missing." / "{rows} 行，{classes} 个类别；因缺少数值略去 {dropped} 行。";
    SUMMARY_PICTURES = "{count} pictures of {classes} classes." / "{count} 张图片，{classes} 个类别。";
    CLASS = "Class" / "类别";
    COUNT = "Count" / "数量";
    FORM = "Made to" / "转换为";
    FORM_GREY = "28×28, grey" / "28×28 灰度";
    FORM_COLOUR = "32×32, in colour" / "32×32 彩色";
    INVERT = "Turn dark on light into light on dark" / "把浅底深色反转为深底浅色";
    USE = "Use it" / "使用";
    IN_USE = "“{name}” is in use." / "正在使用“{name}”。";
    KEPT = "Kept on this device" / "保存在这台设备上";
    FORGET = "Forget it" / "删除";
    FORGOT = "“{name}” is forgotten." / "已删除“{name}”。";
    UNDO = "Undo" / "撤销";
    VISIT_FULL = "There is no room left to keep it on this device ({why}): it is here until you close the page." / "这台设备上没有空间保存它（{why}）：关闭页面后它就不在了。";
    VISIT_NONE = "This browser keeps nothing here, as in a private window ({why}): it is here until you close the page." / "此浏览器不在这里保存数据（例如无痕窗口；{why}）：关闭页面后它就不在了。";
    COLLECT = "Draw each class some times: models can then be tested on your hand, and learn it. What you draw is kept on this device." / "每个类别画几次，就可以用你的笔迹测试模型，也可以让模型学习它。画的内容保存在这台设备上。";
    WHAT = "Drawings of" / "画的是";
    DIGITS = "Your hand: digits 0 to 9" / "你的笔迹：数字 0 到 9";
    SYMBOLS = "Symbols of your own" / "自己的符号";
    NEW_CLASS = "Name of a new class" / "新类别的名称";
    ADD = "Add" / "添加";
    REMOVE = "Remove {class}" / "移除 {class}";
    PAD = "Pad for your drawing" / "绘图板";
    PAD_HELP = "Draw with mouse, pen or finger; “Undo stroke” takes the last stroke back. By keyboard: arrow keys move, Space lowers and lifts the pen, Backspace takes a stroke back, Enter keeps the drawing. Choose a small drawing to erase it." / "用鼠标、触控笔或手指作画，“撤销一笔”收回最后一笔。键盘：方向键移动，空格落笔或抬笔，退格键撤销一笔，回车保存。点选小图可删除它。";
    KEEP = "Keep as {class}" / "存为 {class}";
    UNDO_STROKE = "Undo stroke" / "撤销一笔";
    CLEAR = "Clear" / "清空";
    ERASE = "Erase this drawing" / "删除这幅图";
    SHOW_ALL = "Show all {count}" / "显示全部 {count} 幅";
    RESTORE = "Bring back what was removed" / "恢复刚才移除的内容";
    NEED_MORE = "Two classes with two drawings each are needed at least." / "至少需要两个类别，每类两幅图。";
    NO_CARRY = "To test or fine-tune a model, first train one on pictures of the same size and number of classes, such as MNIST." / "要测试或微调模型，请先在尺寸和类别数相同的图片（例如 MNIST）上训练一个。";
    CARRY_HELP = "The model goes on with its weights: it is tested on half of the drawings at once, and learns from the other half when you press Train." / "模型沿用已有权重：立即用一半的图测试，按“训练”后再从另一半学习。";
    CARRY = "Test and fine-tune the present model" / "测试并微调当前模型";
    LEARN = "Learn it afresh" / "从头学习";
    EXPORT = "Export" / "导出";
    IMPORT = "Import" / "导入";
    ASIDE = "What was kept here cannot be read. It is put aside, and this collection begins anew. Save it as a file: once mended, it can be imported again." / "此前保存在这里的内容无法读取，已另行存放，收集从头开始。请把它存为文件：修好后可以重新导入。";
    SAVE_ASIDE = "Save it as a file" / "存为文件";
    LARGE = "It has {size} MB; at most 50 can be read." / "文件有 {size} MB，最多只能读取 50 MB。";
    EMPTY = "{file}: it is empty" / "{file}：是空的";
    KIND = "{file}: no file of a kind that can be read here" / "{file}：不是这里能读取的文件类型";
    UNREAD = "{file}: it cannot be read" / "{file}：无法读取";
    NOT_TEXT = "row {row}: no text in UTF-8" / "第 {row} 行：不是 UTF-8 文本";
    FIELDS = "row {row}: {found} fields, the first row has {expected}" / "第 {row} 行：有 {found} 个字段，而第一行有 {expected} 个";
    NOT_NUMBER = "row {row}, column {column}: “{text}” is not a number" / "第 {row} 行，{column} 列：“{text}”不是数字";
    COLUMNS = "At least two columns of numbers are needed as features." / "至少需要两列数值作为特征。";
    ONE_CLASS = "All samples are of one class: there is nothing to tell apart." / "所有样本都属于同一类别，没有可区分的内容。";
    MANY_CLASSES = "{of}: {count} classes or more; at most {most} can be told apart" / "{of}：有 {count} 个或更多类别，最多 {most} 个";
    FEW = "Too few samples remain." / "剩余的样本太少。";
    NOT_PICTURE = "{file}: not a picture" / "{file}：不是图片";
    NO_FOLDER = "{file}: it lies in no folder, so that it has no class" / "{file}：不在任何文件夹中，因而没有类别";
    NOT_ZIP = "{file}: no zip that can be read" / "{file}：不是可读取的 zip 文件";
    BOMB = "{file}: far larger unpacked than there may be" / "{file}：解压后远超允许的大小";
    MANY_FILES = "{count} files; there may be 20,000" / "共 {count} 个文件，最多 20,000 个";
    NO_PAIR = "Choose two IDX files together: one of pictures and one of their labels." / "请同时选择两个 IDX 文件：一个是图片，一个是对应的标签。";
    MAGIC = "{file}: it begins with {found}, but pictures begin with 00000803 and labels with 00000801" / "{file}：开头是 {found}，而图片文件应为 00000803，标签文件应为 00000801";
    LENGTH = "{file}: {found} bytes, but it speaks of {expected}" / "{file}：有 {found} 字节，而文件头声明的是 {expected} 字节";
    COUNTS = "labels: {labels}, pictures: {pictures}" / "标签：{labels} 个，图片：{pictures} 张";
    NOT_COLLECTION = "{file}: no collection of this version" / "{file}：不是这一版本的收集文件";
    BAD_DRAWING = "row {row}: no drawing" / "第 {row} 行：没有可读的图";
    BAD_CLASS = "row {row}: no class “{name}”" / "第 {row} 行：没有类别“{name}”";
    CROWDED = "{file}: it would make {drawings} drawings of {classes} classes, but a collection holds at most {most} of {kinds}. Nothing was imported: erase some here, or take some out of the file." / "{file}：导入后将有 {drawings} 幅图、{classes} 个类别，而一个收集最多 {most} 幅图、{kinds} 个类别。没有导入任何内容：请先在这里删除一些，或从文件中去掉一些。";
    FULL = "A collection holds at most {most} drawings of {kinds} classes: export it as a copy, then erase drawings or remove a class." / "一个收集最多 {most} 幅图、{kinds} 个类别：请先导出备份，再删除一些图或移除一个类别。";
    LONG_DRAWING = "This drawing has too many points to be kept: undo a stroke, or clear the pad and draw it with fewer lines." / "这幅图的点太多，无法保存：请撤销一笔，或清空后用更少的线条重画。";
}
