//! The forms of English verbs and nouns, by rule, with a table for those that follow none.

/// What a verb form is used for. One word may be several: `met` is past and participle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Form {
    /// `meet`: after *do* and *will*, and in the plural.
    Base,
    /// `meets`.
    Third,
    /// `met`.
    Past,
    /// `met`, as in *has met* and *was met by*.
    Participle,
    /// `meeting`.
    Gerund,
}

/// Base, past, participle. Regular in the other forms.
const IRREGULAR: [(&str, &str, &str); 142] = [
    ("arise", "arose", "arisen"),
    ("be", "was", "been"),
    ("bear", "bore", "borne"),
    ("beat", "beat", "beaten"),
    ("become", "became", "become"),
    ("begin", "began", "begun"),
    ("bend", "bent", "bent"),
    ("beseech", "besought", "besought"),
    ("bid", "bid", "bid"),
    ("bind", "bound", "bound"),
    ("bite", "bit", "bitten"),
    ("blow", "blew", "blown"),
    ("break", "broke", "broken"),
    ("breed", "bred", "bred"),
    ("bring", "brought", "brought"),
    ("build", "built", "built"),
    ("burst", "burst", "burst"),
    ("buy", "bought", "bought"),
    ("cast", "cast", "cast"),
    ("catch", "caught", "caught"),
    ("choose", "chose", "chosen"),
    ("cling", "clung", "clung"),
    ("come", "came", "come"),
    ("cost", "cost", "cost"),
    ("creep", "crept", "crept"),
    ("cut", "cut", "cut"),
    ("deal", "dealt", "dealt"),
    ("dig", "dug", "dug"),
    ("do", "did", "done"),
    ("draw", "drew", "drawn"),
    ("drink", "drank", "drunk"),
    ("drive", "drove", "driven"),
    ("eat", "ate", "eaten"),
    ("fall", "fell", "fallen"),
    ("feed", "fed", "fed"),
    ("feel", "felt", "felt"),
    ("fight", "fought", "fought"),
    ("find", "found", "found"),
    ("flee", "fled", "fled"),
    ("fling", "flung", "flung"),
    ("fly", "flew", "flown"),
    ("forbid", "forbade", "forbidden"),
    ("forget", "forgot", "forgotten"),
    ("forgive", "forgave", "forgiven"),
    ("freeze", "froze", "frozen"),
    ("get", "got", "got"),
    ("give", "gave", "given"),
    ("go", "went", "gone"),
    ("grind", "ground", "ground"),
    ("grow", "grew", "grown"),
    ("hang", "hung", "hung"),
    ("have", "had", "had"),
    ("hear", "heard", "heard"),
    ("hide", "hid", "hidden"),
    ("hit", "hit", "hit"),
    ("hold", "held", "held"),
    ("hurt", "hurt", "hurt"),
    ("keep", "kept", "kept"),
    ("know", "knew", "known"),
    ("lay", "laid", "laid"),
    ("lead", "led", "led"),
    ("leave", "left", "left"),
    ("lend", "lent", "lent"),
    ("let", "let", "let"),
    ("lie", "lay", "lain"),
    ("lose", "lost", "lost"),
    ("make", "made", "made"),
    ("mean", "meant", "meant"),
    ("meet", "met", "met"),
    ("mislead", "misled", "misled"),
    ("mistake", "mistook", "mistaken"),
    ("overcome", "overcame", "overcome"),
    ("overrun", "overran", "overrun"),
    ("overtake", "overtook", "overtaken"),
    ("overthrow", "overthrew", "overthrown"),
    ("pay", "paid", "paid"),
    ("put", "put", "put"),
    ("quit", "quit", "quit"),
    ("read", "read", "read"),
    ("retake", "retook", "retaken"),
    ("rid", "rid", "rid"),
    ("ride", "rode", "ridden"),
    ("ring", "rang", "rung"),
    ("rise", "rose", "risen"),
    ("run", "ran", "run"),
    ("say", "said", "said"),
    ("see", "saw", "seen"),
    ("seek", "sought", "sought"),
    ("sell", "sold", "sold"),
    ("send", "sent", "sent"),
    ("set", "set", "set"),
    ("shake", "shook", "shaken"),
    ("shed", "shed", "shed"),
    ("shoot", "shot", "shot"),
    ("show", "showed", "shown"),
    ("shrink", "shrank", "shrunk"),
    ("shut", "shut", "shut"),
    ("sing", "sang", "sung"),
    ("sink", "sank", "sunk"),
    ("sit", "sat", "sat"),
    ("slay", "slew", "slain"),
    ("sleep", "slept", "slept"),
    ("slide", "slid", "slid"),
    ("sling", "slung", "slung"),
    ("speak", "spoke", "spoken"),
    ("spend", "spent", "spent"),
    ("spin", "spun", "spun"),
    ("split", "split", "split"),
    ("spread", "spread", "spread"),
    ("spring", "sprang", "sprung"),
    ("stand", "stood", "stood"),
    ("steal", "stole", "stolen"),
    ("stick", "stuck", "stuck"),
    ("sting", "stung", "stung"),
    ("stride", "strode", "stridden"),
    ("strike", "struck", "struck"),
    ("swear", "swore", "sworn"),
    ("sweep", "swept", "swept"),
    ("swim", "swam", "swum"),
    ("swing", "swung", "swung"),
    ("take", "took", "taken"),
    ("teach", "taught", "taught"),
    ("tear", "tore", "torn"),
    ("tell", "told", "told"),
    ("think", "thought", "thought"),
    ("throw", "threw", "thrown"),
    ("thrust", "thrust", "thrust"),
    ("tread", "trod", "trodden"),
    ("undergo", "underwent", "undergone"),
    ("understand", "understood", "understood"),
    ("undertake", "undertook", "undertaken"),
    ("undo", "undid", "undone"),
    ("uphold", "upheld", "upheld"),
    ("wake", "woke", "woken"),
    ("wear", "wore", "worn"),
    ("weave", "wove", "woven"),
    ("weep", "wept", "wept"),
    ("win", "won", "won"),
    ("wind", "wound", "wound"),
    ("withdraw", "withdrew", "withdrawn"),
    ("withhold", "withheld", "withheld"),
    ("write", "wrote", "written"),
];

/// Plurals that no rule gives.
const IRREGULAR_PLURALS: [(&str, &str); 14] = [
    ("person", "people"),
    ("man", "men"),
    ("woman", "women"),
    ("child", "children"),
    ("foot", "feet"),
    ("tooth", "teeth"),
    ("crisis", "crises"),
    ("basis", "bases"),
    ("analysis", "analyses"),
    ("criterion", "criteria"),
    ("series", "series"),
    ("species", "species"),
    ("wife", "wives"),
    ("life", "lives"),
];

/// Verbs of two syllables that do not double their last letter although they look as if.
const STRESSED_EARLY: [&str; 22] = [
    "visit", "offer", "limit", "exit", "order", "enter", "open", "happen", "listen", "edit",
    "benefit", "consider", "remember", "honor", "answer", "suffer", "cover", "differ", "deliver",
    "discover", "target", "market",
];

/// Verbs in *-l* that double it in American spelling too.
const STRESSED_LATE: [&str; 13] = [
    "expel", "compel", "repel", "propel", "dispel", "impel", "rebel", "excel", "control", "patrol",
    "annul", "enrol", "extol",
];

/// All forms of a verb, British and American spellings of each.
pub(crate) fn verb_forms(base: &str) -> Vec<(String, Form)> {
    let mut forms = Vec::new();
    for spelling in spellings(base) {
        let (past, participle) = past_forms(&spelling);
        forms.push((third_person(&spelling), Form::Third));
        forms.push((gerund(&spelling), Form::Gerund));
        // British `travelling`, American `traveling`.
        if spelling.ends_with('l')
            && !STRESSED_LATE.contains(&&*spelling)
            && doubled(&spelling) != spelling
        {
            forms.push((format!("{spelling}ing"), Form::Gerund));
        }
        for past in past {
            forms.push((past, Form::Past));
        }
        for participle in participle {
            forms.push((participle, Form::Participle));
        }
        if base == "bear" {
            forms.push(("born".to_owned(), Form::Participle));
        }
        forms.push((spelling, Form::Base));
    }
    forms.sort();
    forms.dedup();
    forms
}

/// The base of a verb in the third person: `recognises`, `has`, `goes`.
pub(crate) fn base_of_third(word: &str) -> Option<String> {
    match word {
        "is" | "are" => return Some("be".into()),
        "has" => return Some("have".into()),
        _ => {}
    }
    let stem = word.strip_suffix('s')?;
    if let Some(stem) = stem.strip_suffix("ie") {
        return Some(if stem.len() > 1 { format!("{stem}y") } else { format!("{stem}ie") });
    }
    for ending in ["sse", "she", "che", "xe", "zze", "oe"] {
        if stem.ends_with(ending) {
            return Some(stem[..stem.len() - 1].to_owned());
        }
    }
    (!stem.is_empty() && !stem.ends_with('s')).then(|| stem.to_owned())
}

/// The base of a past tense or participle, the likeliest where several are possible.
pub(crate) fn base_of_past(word: &str) -> Option<String> {
    if let Some(entry) = IRREGULAR.iter().find(|entry| entry.1 == word || entry.2 == word) {
        return Some(entry.0.to_owned());
    }
    if word == "born" {
        return Some("bear".to_owned());
    }
    let stem = word.strip_suffix("ed")?;
    let candidates = [format!("{stem}e"), stem.to_owned(), undoubled(stem), respelt(stem)];
    let fits = |base: &&String| past_forms(base).0.iter().any(|past| past == word);
    // A stem that ends like a verb in -e keeps it: `recognis-ed`, `locat-ed`, `involv-ed`.
    let silent =
        ["s", "z", "c", "g", "v", "u", "at", "cit", "unit", "nvit", "ir", "ur", "dl", "bl"];
    let prefers_e = silent.iter().any(|end| stem.ends_with(end))
        && !["ss", "ew", "ear", "treat", "eat"].iter().any(|end| stem.ends_with(end));
    let single = undoubled(stem);
    let was_doubled = single != stem && stem.ends_with(['b', 'd', 'g', 'm', 'n', 'p', 'r', 't']);
    let order: &[usize] = match (was_doubled, prefers_e) {
        _ if stem.ends_with('i') => &[3, 1, 0, 2],
        (true, _) => &[2, 1, 3, 0],
        (false, true) => &[0, 1, 2, 3],
        (false, false) => &[1, 2, 3, 0],
    };
    order.iter().map(|&at| &candidates[at]).find(fits).cloned()
}

/// What forms of one word have in common, as far as its end tells.
pub(crate) fn stem(word: &str) -> &str {
    let cut = ["ing", "ed", "es", "s"].iter().find_map(|end| word.strip_suffix(end));
    cut.filter(|cut| cut.len() > 2).unwrap_or(word).trim_end_matches('e')
}

/// Whether a word is, or may be, the participle of a verb.
pub(crate) fn is_participle(word: &str) -> bool {
    word == "born"
        || IRREGULAR.iter().any(|entry| entry.2 == word)
        || (word.len() > 4 && word.ends_with("ed"))
}

/// The plural of a noun, its last word if it has several before a preposition.
pub(crate) fn plural(noun: &str) -> String {
    if let Some((head, rest)) = noun.split_once(" of ") {
        return format!("{} of {rest}", plural(head));
    }
    let at = noun.rfind(' ').map_or(0, |space| space + 1);
    let (before, last) = noun.split_at(at);
    if let Some(entry) = IRREGULAR_PLURALS.iter().find(|entry| entry.0 == last) {
        return format!("{before}{}", entry.1);
    }
    format!("{before}{}", with_s(last))
}

/// Whether a noun is a plural that no rule gives: *people*.
pub(crate) fn is_plural(noun: &str) -> bool {
    IRREGULAR_PLURALS.iter().any(|(one, many)| one != many && *many == noun)
}

/// British and American spellings of a word, the word itself first.
pub(crate) fn spellings(word: &str) -> Vec<String> {
    let mut all = respellings(word);
    all.insert(0, word.to_owned());
    all
}

/// The British spelling of an American word, the American one of a British.
pub(crate) fn other_spelling(word: &str) -> Option<String> {
    respellings(word).into_iter().find(|other| other != word)
}

/// Spellings of a word other than that it has.
fn respellings(word: &str) -> Vec<String> {
    const PAIRS: [(&str, &str); 11] = [
        ("isations", "izations"),
        ("ouring", "oring"),
        ("oured", "ored"),
        ("ise", "ize"),
        ("isation", "ization"),
        ("ising", "izing"),
        ("yse", "yze"),
        ("our", "or"),
        ("ence", "ense"),
        ("tre", "ter"),
        ("ogue", "og"),
    ];
    /// Endings that look as if they had another spelling and have none.
    const FIXED: [&str; 21] = [
        "seize",
        "capsize",
        "prize",
        "rise",
        "wise",
        "raise",
        "promise",
        "exercise",
        "advise",
        "premise",
        "revise",
        "surprise",
        "supervise",
        "four",
        "hour",
        "pour",
        "tour",
        "sense",
        "size",
        "for",
        "or",
    ];
    let mut all = Vec::new();
    if FIXED.iter().any(|fixed| word == *fixed || fixed.len() > 4 && before(word, fixed).is_some())
    {
        return all;
    }
    for (british, american) in PAIRS {
        if let Some(stem) = before(word, british) {
            all.push(format!("{stem}{american}"));
        } else if (british.starts_with("is") || british.starts_with("ys"))
            && let Some(stem) = before(word, american)
        {
            all.push(format!("{stem}{british}"));
        }
    }
    // `honor` and its kind: only after a consonant, and not the agents in -tor, -sor.
    if let Some(stem) = word.strip_suffix("or")
        && stem.ends_with(['n', 'b', 'l', 'v'])
        && stem.len() > 2
    {
        all.push(format!("{stem}our"));
    }
    all
}

/// What stands before an ending. Most words have none of those that are looked for, and their last letter tells.
fn before<'w>(word: &'w str, ending: &str) -> Option<&'w str> {
    let same = word.as_bytes().last() == ending.as_bytes().last();
    if same { word.strip_suffix(ending) } else { None }
}

fn with_s(word: &str) -> String {
    let consonant_y = word.ends_with('y') && !ends_in_vowel(&word[..word.len() - 1]);
    if consonant_y {
        return format!("{}ies", &word[..word.len() - 1]);
    }
    let hissing = ["s", "x", "z", "ch", "sh"].iter().any(|end| word.ends_with(end));
    let suffix = if hissing { "es" } else { "s" };
    format!("{word}{suffix}")
}

fn third_person(base: &str) -> String {
    match base {
        "be" => "is".into(),
        "have" => "has".into(),
        "do" | "go" | "undergo" => format!("{base}es"),
        _ => with_s(base),
    }
}

/// The form of a verb in *-ing*.
pub(crate) fn gerund(base: &str) -> String {
    if let Some(stem) = base.strip_suffix("ie") {
        return format!("{stem}ying");
    }
    match base.strip_suffix('e') {
        Some(stem) if !stem.ends_with(['e', 'o', 'y']) && stem.len() > 1 => format!("{stem}ing"),
        _ => format!("{}ing", doubled(base)),
    }
}

fn past_forms(base: &str) -> (Vec<String>, Vec<String>) {
    // A prefix does not change the forms: `overtake`, `withhold`.
    let irregular = IRREGULAR.iter().find(|entry| entry.0 == base);
    if let Some((_, past, participle)) = irregular {
        let mut pasts = vec![(*past).to_owned()];
        if base == "be" {
            pasts.push("were".into());
        }
        return (pasts, vec![(*participle).to_owned()]);
    }
    let past = if base.ends_with('e') {
        format!("{base}d")
    } else if base.ends_with('y') && !ends_in_vowel(&base[..base.len() - 1]) {
        format!("{}ied", &base[..base.len() - 1])
    } else {
        format!("{}ed", doubled(base))
    };
    let mut pasts = vec![past];
    // British `travelled`, American `traveled`.
    if base.ends_with('l') && !STRESSED_LATE.contains(&base) && doubled(base) != base {
        pasts.push(format!("{base}ed"));
    }
    (pasts.clone(), pasts)
}

/// A short verb ending in one vowel and one consonant doubles the consonant.
fn doubled(base: &str) -> String {
    let chars: Vec<char> = base.chars().collect();
    let [.., before, vowel, last] = chars[..] else {
        return base.to_owned();
    };
    let is_vowel = |c: char| "aeiou".contains(c);
    let shape = !is_vowel(before) && is_vowel(vowel) && !is_vowel(last) && !"wxy".contains(last);
    let syllables = base.split(|c: char| !is_vowel(c)).filter(|run| !run.is_empty()).count();
    let stressed = syllables == 1
        || last == 'l'
        || ["mit", "fer", "cur", "bel", "pel", "gin", "nap"].iter().any(|end| base.ends_with(end));
    let early = STRESSED_EARLY.contains(&base);
    if shape && stressed && !early { format!("{base}{last}") } else { base.to_owned() }
}

fn undoubled(stem: &str) -> String {
    let mut chars = stem.chars().rev();
    match (chars.next(), chars.next()) {
        (Some(a), Some(b)) if a == b => stem[..stem.len() - a.len_utf8()].to_owned(),
        _ => stem.to_owned(),
    }
}

/// `deni-ed` from `deny`.
fn respelt(stem: &str) -> String {
    stem.strip_suffix('i').map_or_else(|| stem.to_owned(), |stem| format!("{stem}y"))
}

fn ends_in_vowel(text: &str) -> bool {
    text.ends_with(['a', 'e', 'i', 'o', 'u'])
}

/// Who does what a verb says: *director*, *manager*, *writer*.
pub(crate) fn agent(base: &str) -> String {
    const OR: [&str; 7] = ["edit", "audit", "invest", "govern", "sail", "invent", "visit"];
    let before = |number: usize| base.chars().rev().nth(number);
    let vowel = |c: Option<char>| c.is_some_and(|c| "aeiou".contains(c));
    if let Some(stem) = base.strip_suffix("ate") {
        return format!("{stem}ator");
    }
    if base.ends_with("ct") || OR.contains(&base) {
        return format!("{base}or");
    }
    if base.ends_with('e') {
        return format!("{base}r");
    }
    if let Some(stem) = base.strip_suffix('y').filter(|_| !vowel(before(1))) {
        return format!("{stem}ier");
    }
    // `run`, `win`: a short vowel between two consonants doubles the last of them.
    let last = before(0).filter(|c| !"aeiouwxy".contains(*c));
    let doubles = base.len() == 3 && vowel(before(1)) && !vowel(before(2));
    match last.filter(|_| doubles) {
        Some(last) => format!("{base}{last}er"),
        None => format!("{base}er"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(base: &str, form: Form) -> Vec<String> {
        verb_forms(base).into_iter().filter(|entry| entry.1 == form).map(|entry| entry.0).collect()
    }

    #[test]
    fn regular_verbs() {
        assert_eq!(form("visit", Form::Past), ["visited"]);
        assert_eq!(form("deny", Form::Third), ["denies"]);
        assert_eq!(form("travel", Form::Past), ["traveled", "travelled"]);
        assert_eq!(form("ban", Form::Gerund), ["banning"]);
        assert_eq!(form("refer", Form::Participle), ["referred"]);
        assert_eq!(form("back", Form::Past), ["backed"]);
    }

    #[test]
    fn both_sides_of_the_atlantic() {
        assert_eq!(form("recognise", Form::Past), ["recognised", "recognized"]);
        assert_eq!(form("recognize", Form::Third), ["recognises", "recognizes"]);
        assert_eq!(form("honour", Form::Past), ["honored", "honoured"]);
        assert_eq!(spellings("advise"), ["advise"]);
        assert_eq!(spellings("organisation"), ["organisation", "organization"]);
    }

    #[test]
    fn irregular_verbs() {
        assert_eq!(form("meet", Form::Past), ["met"]);
        assert_eq!(form("give", Form::Participle), ["given"]);
        assert_eq!(form("go", Form::Third), ["goes"]);
    }

    #[test]
    fn bases_come_back() {
        for (third, base) in [
            ("recognises", "recognise"),
            ("goes", "go"),
            ("denies", "deny"),
            ("passes", "pass"),
            ("has", "have"),
            ("teaches", "teach"),
            ("visits", "visit"),
            ("lies", "lie"),
        ] {
            assert_eq!(base_of_third(third).as_deref(), Some(base));
        }
        for (past, base) in [
            ("met", "meet"),
            ("located", "locate"),
            ("granted", "grant"),
            ("recognised", "recognise"),
            ("banned", "ban"),
            ("denied", "deny"),
            ("accredited", "accredit"),
            ("allied", "ally"),
            ("visited", "visit"),
            ("backed", "back"),
            ("ended", "end"),
            ("accused", "accuse"),
            ("based", "base"),
            ("praised", "praise"),
            ("signed", "sign"),
            ("expressed", "express"),
        ] {
            assert_eq!(base_of_past(past).as_deref(), Some(base));
        }
    }

    #[test]
    fn plurals() {
        for (one, many) in [
            ("country", "countries"),
            ("person", "people"),
            ("round of talks", "rounds of talks"),
            ("embassy", "embassies"),
            ("day", "days"),
            ("population group", "population groups"),
        ] {
            assert_eq!(plural(one), many);
        }
    }
}
