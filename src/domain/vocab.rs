//! The closed vocabularies of the record: every word that a field may hold, with its meaning in both languages.
//!
//! A vocabulary is an enum whose variants carry their written word. The query parser, the seed reader, the OpenAPI
//! document and the data dictionary all read these tables, so a word is added in one place.
//!
//! [`seats`] lists the posts that one person holds at a time, [`publishers`] whose voice a publisher is.

pub mod publishers;
pub mod seats;

use crate::domain::text::Lang;

/// A word of a vocabulary as the outside sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// The written word, as in seeds, queries and answers.
    pub word: &'static str,
    /// The word in Chinese, for sentences.
    pub zh: &'static str,
    /// What it means, in English.
    pub meaning: &'static str,
}

impl Word {
    /// The word for a sentence in one language.
    #[must_use]
    pub fn label(&self, lang: Lang) -> &'static str {
        match lang {
            Lang::En => self.word,
            Lang::Zh => self.zh,
        }
    }
}

/// An enum of words.
pub trait Vocabulary: Sized + Copy + Ord + 'static {
    /// What the vocabulary is called.
    const NAME: &'static str;
    /// Every variant, in the order of the vocabulary.
    const ALL: &'static [Self];
    /// Every word, in the same order.
    const WORDS: &'static [Word];

    /// The written word.
    fn word(self) -> &'static str;

    /// The word for a sentence in one language.
    fn label(self, lang: Lang) -> &'static str {
        let index = Self::ALL.iter().position(|value| *value == self);
        index.and_then(|index| Self::WORDS.get(index)).map_or(self.word(), |word| word.label(lang))
    }

    /// The variant with this written word.
    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|value| value.word() == word)
    }
}

// A word is a `tt`: as a `literal` it would reach utoipa's derive in an invisible group, which it reads past, and the
// published schemas would list the variants' names instead of the words.
macro_rules! vocabulary {
    ($(
        $(#[$meta:meta])*
        $name:ident = $label:literal { $( $variant:ident = $word:tt, $zh:literal, $meaning:literal; )+ }
    )+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        pub enum $name {
            $(
                #[doc = $meaning]
                #[serde(rename = $word)]
                $variant,
            )+
        }

        impl Vocabulary for $name {
            const NAME: &'static str = $label;
            const ALL: &'static [Self] = &[$(Self::$variant),+];
            const WORDS: &'static [Word] = &[$(Word { word: $word, zh: $zh, meaning: $meaning }),+];

            fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.word())
            }
        }
    )+};
}

vocabulary! {
    /// What kind of event it is.
    EventType = "event type" {
        Call = "call", "通话", "A conversation by telephone or video link between two sides.";
        Summit = "summit", "峰会", "A meeting of heads of state or government.";
        Meeting = "meeting", "会议", "A meeting below a summit, in person or by video.";
        Visit = "visit", "访问", "A journey of one side's official to the other's country.";
        Dialogue = "dialogue", "对话", "A session of a standing dialogue between the two sides.";
        Conference = "conference", "大会", "A conference of many countries.";
        Appointment = "appointment", "任命", "Somebody is named to a post.";
        Departure = "departure", "离任", "Somebody leaves a post.";
        Pledge = "pledge", "承诺", "One side promises something.";
        JointStatement = "joint-statement", "联合声明", "A text issued by both sides.";
        Statement = "statement", "表态", "One side says something in public.";
        Interview = "interview", "采访", "Somebody speaks to the press at length.";
        Agreement = "agreement", "协议", "A text signed or adopted by several parties.";
        Policy = "policy", "政策", "One side makes law, a plan or a decision of its own.";
        Withdrawal = "withdrawal", "退出", "One side leaves an agreement or gives notice of it.";
        Accession = "accession", "加入", "One side joins an agreement.";
        Suspension = "suspension", "中止", "Contacts or cooperation are broken off for a time.";
        Resumption = "resumption", "恢复", "Contacts or cooperation are taken up again.";
    }

    /// The rank of the contact, set by the side of lower rank.
    Level = "level" {
        Leaders = "leaders", "领导人级", "Heads of state or government, vice presidents, vice premiers, the Speaker of the House.";
        Ministers = "ministers", "部长级", "Ministers, secretaries and national security advisers.";
        Envoys = "envoys", "特使级", "Climate envoys and special representatives.";
        Officials = "officials", "官员级", "Other officials, spokespersons and members of Congress.";
        Subnational = "subnational", "地方级", "States, provinces, cities, universities and companies.";
        Domestic = "domestic", "国内", "One side's own policy, posts or filings.";
        Multilateral = "multilateral", "多边", "Conferences of the United Nations and acts under a treaty.";
    }

    /// Whether the event took place.
    EventStatus = "event status" {
        Occurred = "occurred", "已发生", "It took place.";
        Scheduled = "scheduled", "已排定", "It is announced for a day to come.";
        Cancelled = "cancelled", "已取消", "It was announced and did not take place.";
    }

    /// How the sides met.
    Mode = "mode" {
        InPerson = "in-person", "面对面", "In one place.";
        Phone = "phone", "电话", "By telephone.";
        Video = "video", "视频", "By video link.";
        Written = "written", "书面", "By a written text.";
    }

    /// How far the sources bear the event out.
    Confidence = "confidence" {
        Verified = "verified", "已核实", "Two or more independent sources agree.";
        SingleSource = "single-source", "单一来源", "One source, or several that trace back to one.";
        Unverified = "unverified", "未核实", "No source confirms it.";
    }

    /// What a participant was in the event.
    Role = "role" {
        Participant = "participant", "参与方", "Took part.";
        Host = "host", "东道主", "Received the others.";
        Organiser = "organiser", "组织方", "Arranged the event.";
        Signatory = "signatory", "签署方", "Signed the text.";
        Speaker = "speaker", "发言方", "Spoke or issued the statement.";
        Appointee = "appointee", "被任命者", "Was named to the post.";
        Appointer = "appointer", "任命者", "Named somebody to the post.";
        Predecessor = "predecessor", "前任", "Held the post before.";
        PledgingParty = "pledging-party", "承诺方", "Made the pledge.";
        Addressee = "addressee", "接收方", "Was spoken or written to.";
        Mediator = "mediator", "斡旋方", "Brought the sides together.";
    }

    /// What the event is about.
    Topic = "topic" {
        Adaptation = "adaptation", "适应气候变化", "Adaptation to climate change.";
        BilateralRelations = "bilateral-relations", "双边关系", "Relations between the two countries at large.";
        CarbonMarkets = "carbon-markets", "碳市场", "Emissions trading and carbon pricing.";
        CleanEnergy = "clean-energy", "清洁能源", "Renewable and nuclear energy, storage, efficiency.";
        ClimateCooperation = "climate-cooperation", "气候合作", "Cooperation between the two sides on climate.";
        Coal = "coal", "煤炭", "Coal, at home and abroad.";
        DomesticPolicy = "domestic-policy", "国内政策", "Law and plans of one side.";
        EmissionTargets = "emission-targets", "减排目标", "Targets for greenhouse gas emissions.";
        Envoys = "envoys", "气候特使", "Envoys, their posts and their contacts.";
        Finance = "finance", "气候资金", "Climate finance.";
        Forests = "forests", "森林", "Forests and land use.";
        Hfcs = "hfcs", "氢氟碳化物", "Hydrofluorocarbons and the Montreal Protocol.";
        LossAndDamage = "loss-and-damage", "损失与损害", "Loss and damage from climate change.";
        Methane = "methane", "甲烷", "Methane.";
        NetZero = "net-zero", "净零排放", "Net zero emissions and carbon neutrality.";
        OilAndGas = "oil-and-gas", "石油和天然气", "Oil and gas.";
        ParisAgreement = "paris-agreement", "巴黎协定", "The Paris Agreement, its making and who is in it.";
        PollutionAndWaste = "pollution-and-waste", "污染与废弃物", "Air pollution, plastics, waste.";
        ScienceAndTechnology = "science-and-technology", "科学技术", "Research and technology.";
        SecurityAndRights = "security-and-rights", "安全与人权", "Security and human rights, where they touch climate.";
        Subnational = "subnational", "地方合作", "States, provinces, cities and companies.";
        Trade = "trade", "贸易", "Trade, tariffs and investment.";
        Transport = "transport", "交通运输", "Vehicles, shipping and aviation.";
        UnNegotiations = "un-negotiations", "联合国谈判", "Negotiations under the United Nations climate convention.";
    }

    /// What kind of actor it is.
    ActorKind = "actor kind" {
        Person = "person", "个人", "A person.";
        Government = "government", "政府", "A government or its head office.";
        Ministry = "ministry", "部委", "A ministry, department or agency.";
        Organisation = "organisation", "组织", "Another body: international, research, press, company, state or city.";
        Country = "country", "国家", "A country.";
    }

    /// Whose side an actor, an account or a statement belongs to.
    Side = "side" {
        Us = "US", "美方", "The United States.";
        Cn = "CN", "中方", "China.";
        Un = "UN", "联合国方面", "The United Nations and its bodies.";
        Other = "other", "其他方", "Anybody else.";
    }

    /// Whose commitment it is.
    Party = "party" {
        Us = "US", "美国", "The United States alone.";
        Cn = "CN", "中国", "China alone.";
        Joint = "joint", "中美双方", "Both, in one text.";
    }

    /// Which of the two countries acted in a joint commitment.
    Country = "acting side" {
        Us = "US", "美国", "The United States.";
        Cn = "CN", "中国", "China.";
    }

    /// What a commitment is about.
    CommitmentKind = "commitment kind" {
        EmissionsPeak = "emissions-peak", "碳达峰", "Emissions are to peak.";
        NetZero = "net-zero", "净零排放", "Emissions are to reach net zero.";
        Intensity = "intensity", "强度下降", "Emissions or energy per unit of output are to fall.";
        AbsoluteReduction = "absolute-reduction", "绝对量减排", "Emissions are to fall by an amount or a share.";
        EnergyMix = "energy-mix", "能源结构", "A share in the energy supply.";
        Capacity = "capacity", "装机规模", "Something is to be built.";
        Forest = "forest", "森林", "Forest area or stock.";
        Methane = "methane", "甲烷", "Methane.";
        Hfc = "hfc", "氢氟碳化物", "Hydrofluorocarbons.";
        Finance = "finance", "资金", "Money promised.";
        Coal = "coal", "煤炭", "Coal use or its finance.";
        Process = "process", "机制与程序", "A channel, a membership or a step of procedure.";
    }

    /// How the target's value is to be read.
    Comparator = "comparator" {
        AtLeast = "at-least", "不低于", "The value or more.";
        AtMost = "at-most", "不高于", "The value or less.";
        Range = "range", "区间", "From `value` to `value_high`.";
        By = "by", "不晚于", "By the target year; without a value, a direction without a figure.";
        Exact = "exact", "等于", "Just the value.";
        About = "about", "约为", "About the value.";
    }

    /// What happened to a commitment on a day of its history.
    Change = "change" {
        Announced = "announced", "宣布", "It was made known; it is active from then.";
        Formalised = "formalised", "正式化", "It was put into law, a plan or a filing.";
        Reaffirmed = "reaffirmed", "重申", "It was said again.";
        Strengthened = "strengthened", "加强", "It was made stronger.";
        Weakened = "weakened", "弱化", "It was made weaker.";
        Suspended = "suspended", "中止", "It was broken off for a time.";
        Resumed = "resumed", "恢复", "It was taken up again; it is active from then.";
        Superseded = "superseded", "被取代", "Another commitment took its place.";
        Withdrawn = "withdrawn", "退出", "It was taken back.";
        Lapsed = "lapsed", "失效", "It ended without an act that ends it by name.";
        Achieved = "achieved", "实现", "It was kept.";
        Missed = "missed", "未实现", "Its time passed and it was not kept.";
    }

    /// Where a commitment stands on a day: the fold of its history up to then.
    Status = "commitment status" {
        Active = "active", "有效", "In force.";
        Suspended = "suspended", "中止", "Broken off for a time.";
        Superseded = "superseded", "被取代", "Replaced by another.";
        Withdrawn = "withdrawn", "已退出", "Taken back.";
        Lapsed = "lapsed", "已失效", "Ended without an act that ends it by name.";
        Achieved = "achieved", "已实现", "Kept.";
        Missed = "missed", "未实现", "Not kept in time.";
    }

    /// How an event relates to an earlier event; stored on the later one.
    EventRelation = "event relation" {
        FollowsUp = "follows-up", "跟进", "It carries on from the other.";
        Implements = "implements", "落实", "It carries the other out.";
        Reverses = "reverses", "逆转", "It undoes the other.";
        RespondsTo = "responds-to", "回应", "It answers the other.";
        PartOf = "part-of", "属于", "It is a part of the other.";
        Prepares = "prepares", "筹备", "It prepares the other, which comes later.";
    }

    /// How an event relates to a commitment.
    CommitmentRelation = "relation to a commitment" {
        Announces = "announces", "宣布", "It makes the commitment known.";
        Formalises = "formalises", "正式化", "It puts the commitment into law, a plan or a filing.";
        Reaffirms = "reaffirms", "重申", "It says the commitment again.";
        Strengthens = "strengthens", "加强", "It makes the commitment stronger.";
        Weakens = "weakens", "弱化", "It makes the commitment weaker.";
        Suspends = "suspends", "中止", "It breaks the commitment off for a time.";
        Resumes = "resumes", "恢复", "It takes the commitment up again.";
        Supersedes = "supersedes", "取代", "It puts another commitment in its place.";
        Withdraws = "withdraws", "退出", "It takes the commitment back, or lets it lapse.";
        Implements = "implements", "落实", "It carries the commitment out.";
        Reports = "reports", "报告", "It reports whether the commitment was kept.";
    }

    /// How a commitment relates to another.
    Lineage = "commitment relation" {
        Supersedes = "supersedes", "取代", "It takes the other's place.";
        Strengthens = "strengthens", "加强", "It goes further than the other.";
        Implements = "implements", "落实", "It carries the other out.";
        PartOf = "part-of", "属于", "It is a part of the other.";
        Mirrors = "mirrors", "对应", "It is the other side's like promise; stored once, on the US record.";
    }

    /// What kind of source it is.
    SourceKind = "source kind" {
        Primary = "primary", "原始文件", "A text of the body that acted or spoke.";
        News = "news", "新闻", "A report of the press.";
        Analysis = "analysis", "分析", "A study or comment.";
    }
}

/// A capital, for filters by the day there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Capital {
    /// Washington.
    Washington,
    /// Beijing.
    Beijing,
}

impl Capital {
    /// Both capitals.
    pub const ALL: [Capital; 2] = [Capital::Washington, Capital::Beijing];

    /// The written word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Capital::Washington => "washington",
            Capital::Beijing => "beijing",
        }
    }
}

/// The names of a relation between events, as seen from its one end and from the other.
impl EventRelation {
    /// The relation as seen from the record that it points to.
    #[must_use]
    pub fn inverse(self) -> &'static str {
        match self {
            EventRelation::FollowsUp => "followed-up-by",
            EventRelation::Implements => "implemented-by",
            EventRelation::Reverses => "reversed-by",
            EventRelation::RespondsTo => "answered-by",
            EventRelation::PartOf => "includes",
            EventRelation::Prepares => "prepared-by",
        }
    }
}

impl Lineage {
    /// The relation as seen from the record that it points to.
    #[must_use]
    pub fn inverse(self) -> &'static str {
        match self {
            Lineage::Supersedes => "superseded-by",
            Lineage::Strengthens => "strengthened-by",
            Lineage::Implements => "implemented-by",
            Lineage::PartOf => "includes",
            Lineage::Mirrors => "mirrors",
        }
    }
}

/// Every name that the relation of a stub in an event's `related` may have, both directions.
pub const EVENT_RELATION_NAMES: [&str; 12] = [
    "follows-up",
    "followed-up-by",
    "implements",
    "implemented-by",
    "reverses",
    "reversed-by",
    "responds-to",
    "answered-by",
    "part-of",
    "includes",
    "prepares",
    "prepared-by",
];

/// Every name that the relation of a stub in a commitment's `related` may have, both directions.
pub const LINEAGE_NAMES: [&str; 9] = [
    "supersedes",
    "superseded-by",
    "strengthens",
    "strengthened-by",
    "implements",
    "implemented-by",
    "part-of",
    "includes",
    "mirrors",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_relation_and_its_inverse_is_named() {
        for relation in EventRelation::ALL {
            assert!(
                EVENT_RELATION_NAMES.contains(&relation.word()) && EVENT_RELATION_NAMES.contains(&relation.inverse())
            );
        }
        for relation in Lineage::ALL {
            assert!(LINEAGE_NAMES.contains(&relation.word()) && LINEAGE_NAMES.contains(&relation.inverse()));
        }
    }

    #[test]
    fn words_are_found_by_their_written_form() {
        assert_eq!(EventType::from_word("joint-statement"), Some(EventType::JointStatement));
        assert_eq!(EventType::from_word("Joint-Statement"), None);
        assert_eq!(EventType::WORDS.len(), EventType::ALL.len());
    }
}
