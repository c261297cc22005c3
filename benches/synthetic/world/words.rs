//! What the texts are put together from, each piece in English and Chinese.
//!
//! A piece may hold `{a}` and `{b}` (actors), `{county}`, `{topic}`, `{when}` and `{n}` (a figure).

use climate_timeline::domain::vocab::{SourceKind, Topic};

/// English and Chinese.
pub(super) type Pair = (&'static str, &'static str);

pub(super) const TITLES: &[Pair] = &[
    ("{a} and {b} discuss {topic} {when}", "{a}与{b}{when}讨论{topic}"),
    ("{a} urges {b} to do more on {topic} {when}", "{a}{when}敦促{b}在{topic}方面多做工作"),
    ("{a} opens a pilot on {topic} in {county} {when}", "{a}{when}在{county}启动{topic}试点"),
    ("{a} and {b} sign a memorandum on {topic} in {county}", "{a}与{b}在{county}签署{topic}备忘录"),
    ("{county} and {a} begin joint work on {topic} {when}", "{county}与{a}{when}开展{topic}联合工作"),
    ("{a} publishes {n} measures on {topic} {when}", "{a}{when}公布{n}项{topic}措施"),
    ("{a} visits {county} to see work on {topic}", "{a}赴{county}考察{topic}工作"),
    ("{b} answers {a} on {topic} {when}", "{b}{when}就{topic}回应{a}"),
    ("{a} puts off talks with {b} on {topic} {when}", "{a}{when}推迟与{b}的{topic}会谈"),
    ("Working group on {topic} meets in {county} {when}", "{topic}工作组{when}在{county}开会"),
];

pub(super) const SENTENCES: &[Pair] = &[
    (
        "{a} and {b} met in {county} and went through what had been done on {topic} since the last round.",
        "{a}与{b}在{county}会晤，逐项回顾上一轮会谈以来{topic}方面的进展。",
    ),
    (
        "They agreed to exchange data on {topic} every {n} days and to name one office on each side for it.",
        "双方商定每{n}天交换一次{topic}数据，并各自指定一个办公室负责。",
    ),
    (
        "{a} said that {n} sites in {county} would be measured by the same method, so that figures could be compared.",
        "{a}表示，{county}的{n}处场址将采用同一方法测量，以便比较数字。",
    ),
    (
        "No new target was set; {b} said that the figures on {topic} would be looked at again {when}.",
        "会谈没有提出新目标；{b}称将{when}再次审视{topic}的数字。",
    ),
    (
        "A draft text on {topic} stayed open in {n} places, above all over who pays and who reports to whom.",
        "关于{topic}的文本草案仍有{n}处未决，主要涉及由谁出资、由谁向谁报告。",
    ),
    (
        "{b} asked for technical help with {topic} in {county}, and {a} offered to send {n} engineers for a season.",
        "{b}请求在{county}的{topic}方面得到技术帮助，{a}表示愿派遣{n}名工程师驻留一季。",
    ),
    (
        "Companies and universities of both sides were to take part, with {n} million dollars for the first phase.",
        "双方企业和大学将参与其中，第一阶段投入{n}百万美元。",
    ),
    (
        "The sides differed over the base year, and the note that {a} handed over {when} did not settle it.",
        "双方在基准年上存在分歧，{a}{when}递交的照会未能解决这一问题。",
    ),
    (
        "It was meeting number {n} of its kind, and the first to take up {topic} in {county} by name.",
        "这是第{n}次此类会议，也是首次点名讨论{county}的{topic}。",
    ),
    (
        "For the other side it mattered because {topic} had been left out of the paper that {b} signed {when}.",
        "此事对另一方意义重大，因为{b}{when}签署的文件未提及{topic}。",
    ),
    (
        "{a} called the work in {county} useful, and left open whether the channel on {topic} would go on.",
        "{a}称{county}的工作有益，但未说明{topic}渠道是否会继续。",
    ),
    (
        "Both published the same {n} points, each in its own language, and announced the next session in {county}.",
        "双方各以本国语言公布相同的{n}点内容，并宣布下一次会议在{county}举行。",
    ),
];

pub(super) const OCCASIONS: &[Pair] = &[
    ("ahead of the spring round", "在春季会谈前"),
    ("after the autumn round", "在秋季会谈后"),
    ("at a hearing of the legislature", "在立法机构听证会上"),
    ("on the sidelines of the general debate", "在一般性辩论期间"),
    ("at the close of the plenary", "在全体会议闭幕时"),
    ("during a tour of the western provinces", "在西部省份考察期间"),
    ("in an exchange of letters", "以换函方式"),
    ("at the opening of a research station", "在研究站启用仪式上"),
    ("by telephone before the summit", "在峰会前通电话时"),
    ("as the quarterly review begins", "在季度审评开始之际"),
    ("at a forum of governors and mayors", "在省州长和市长论坛上"),
    ("while the tariff talks go on", "在关税谈判进行期间"),
    ("in the week of the ministerial", "在部长级会议当周"),
    ("at the end of the fiscal year", "在财年结束之际"),
    ("during the review of the five-year plan", "在五年规划评估期间"),
    ("at a seminar for young scientists", "在青年科学家研讨会上"),
    ("after floods in the south", "在南方洪灾之后"),
    ("on the anniversary of the first accord", "在首份协议签署周年之际"),
    ("before the envoys leave office", "在特使离任之前"),
    ("at short notice", "在临时安排的会面中"),
];

/// What an event is about: English and Chinese, the words for an id, the topic.
pub(super) type Subject = (&'static str, &'static str, &'static str, Topic);

pub(super) const SUBJECTS: &[Subject] = &[
    ("methane from coal mines", "煤矿甲烷", "mine-methane", Topic::Methane),
    ("methane from rice fields", "稻田甲烷", "rice-methane", Topic::Methane),
    ("leaks from gas pipelines", "天然气管道泄漏", "pipeline-leaks", Topic::OilAndGas),
    ("flaring at oil wells", "油井火炬燃烧", "well-flaring", Topic::OilAndGas),
    ("retiring old coal plants", "老旧煤电机组退役", "coal-retirement", Topic::Coal),
    ("lending for coal abroad", "海外煤电融资", "coal-lending", Topic::Coal),
    ("solar module standards", "光伏组件标准", "solar-standards", Topic::CleanEnergy),
    ("offshore wind cables", "海上风电电缆", "offshore-wind", Topic::CleanEnergy),
    ("pumped storage", "抽水蓄能", "pumped-storage", Topic::CleanEnergy),
    ("grid balancing", "电网平衡", "grid-balancing", Topic::CleanEnergy),
    ("carbon market registries", "碳市场登记系统", "carbon-registries", Topic::CarbonMarkets),
    ("offset rules for forests", "森林抵消规则", "forest-offsets", Topic::CarbonMarkets),
    ("reforestation along rivers", "沿河造林", "river-forests", Topic::Forests),
    ("peatland fires", "泥炭地火灾", "peat-fires", Topic::Forests),
    ("destroying stocks of HFC-23", "三氟甲烷存量销毁", "hfc-stocks", Topic::Hfcs),
    ("cooling without HFCs", "无氢氟碳化物制冷", "hfc-free-cooling", Topic::Hfcs),
    ("green bonds of cities", "城市绿色债券", "green-bonds", Topic::Finance),
    ("climate risk in banking", "银行业气候风险", "bank-risk", Topic::Finance),
    ("early warning for storms", "风暴预警", "storm-warning", Topic::Adaptation),
    ("sea walls in deltas", "三角洲海堤", "sea-walls", Topic::Adaptation),
    ("a fund for loss and damage", "损失与损害基金", "loss-fund", Topic::LossAndDamage),
    ("transparency of inventories", "清单透明度", "inventories", Topic::EmissionTargets),
    ("a peak in steel emissions", "钢铁排放达峰", "steel-peak", Topic::EmissionTargets),
    ("pathways to net zero", "净零路径", "net-zero-paths", Topic::NetZero),
    ("the global stocktake", "全球盘点", "stocktake", Topic::ParisAgreement),
    ("rules for national contributions", "国家自主贡献规则", "contributions", Topic::ParisAgreement),
    ("electric buses", "电动公交", "electric-buses", Topic::Transport),
    ("fuel for shipping", "航运燃料", "ship-fuel", Topic::Transport),
    ("tariffs on batteries", "电池关税", "battery-tariffs", Topic::Trade),
    ("carbon charges at the border", "边境碳收费", "border-charges", Topic::Trade),
    ("haze and fine particles", "雾霾与细颗粒物", "haze", Topic::PollutionAndWaste),
    ("plastic in rivers", "河流塑料垃圾", "river-plastic", Topic::PollutionAndWaste),
    ("carbon capture trials", "碳捕集试验", "carbon-capture", Topic::ScienceAndTechnology),
    ("ocean observation", "海洋观测", "ocean-buoys", Topic::ScienceAndTechnology),
    ("sister provinces and states", "友好省州合作", "sister-states", Topic::Subnational),
    ("buildings in cold regions", "寒冷地区建筑", "cold-buildings", Topic::Subnational),
    ("the mandate of the envoys", "特使职权", "envoy-mandate", Topic::Envoys),
    ("the agenda of the next conference", "下届大会议程", "next-agenda", Topic::UnNegotiations),
];

/// Syllables of made-up names of counties: together they give the texts a long tail of rare words.
pub(super) const SYLLABLES: &[Pair] = &[
    ("an", "安"),
    ("bei", "北"),
    ("cang", "苍"),
    ("dong", "东"),
    ("feng", "丰"),
    ("gu", "谷"),
    ("he", "河"),
    ("hua", "华"),
    ("jiang", "江"),
    ("jin", "金"),
    ("kang", "康"),
    ("lan", "兰"),
    ("ling", "岭"),
    ("long", "龙"),
    ("luo", "洛"),
    ("mei", "梅"),
    ("ming", "明"),
    ("nan", "南"),
    ("ning", "宁"),
    ("ping", "平"),
    ("qing", "清"),
    ("rong", "荣"),
    ("shan", "山"),
    ("shi", "石"),
    ("song", "松"),
    ("tai", "泰"),
    ("tong", "通"),
    ("wan", "湾"),
    ("xi", "溪"),
    ("yang", "阳"),
    ("yun", "云"),
    ("zhou", "洲"),
];

pub(super) const GIVEN: &[Pair] = &[
    ("Daniel", "丹尼尔"),
    ("Laura", "劳拉"),
    ("Peter", "彼得"),
    ("Susan", "苏珊"),
    ("Michael", "迈克尔"),
    ("Karen", "卡伦"),
    ("Thomas", "托马斯"),
    ("Helen", "海伦"),
    ("Robert", "罗伯特"),
    ("Anna", "安娜"),
    ("Walter", "沃尔特"),
    ("Julia", "朱莉娅"),
];

pub(super) const FAMILY: &[Pair] = &[
    ("Foster", "福斯特"),
    ("Hughes", "休斯"),
    ("Palmer", "帕尔默"),
    ("Reed", "里德"),
    ("Sullivan", "沙利文"),
    ("Turner", "特纳"),
    ("Vance", "万斯"),
    ("Whitman", "惠特曼"),
    ("Abbott", "阿博特"),
    ("Barker", "巴克"),
    ("Coleman", "科尔曼"),
    ("Dawson", "道森"),
    ("Ellis", "埃利斯"),
];

pub(super) const SURNAMES: &[Pair] = &[
    ("Zhao", "赵"),
    ("Qian", "钱"),
    ("Sun", "孙"),
    ("Li", "李"),
    ("Zhou", "周"),
    ("Wu", "吴"),
    ("Zheng", "郑"),
    ("Feng", "冯"),
    ("Chen", "陈"),
    ("Jiang", "蒋"),
    ("Shen", "沈"),
    ("Han", "韩"),
    ("Yang", "杨"),
    ("Zhu", "朱"),
    ("Qin", "秦"),
    ("Xu", "许"),
];

pub(super) const POSTS: &[Pair] = &[
    ("Deputy Director", "副司长"),
    ("Counsellor", "参赞"),
    ("Chief Negotiator", "首席谈判代表"),
    ("Member of the Council", "理事会成员"),
    ("Vice Minister", "副部长"),
    ("Commissioner", "专员"),
];

/// Name and host, by which a publisher's addresses begin, and what it publishes.
pub(super) type Publisher = (&'static str, &'static str, &'static str, SourceKind);

/// No two are of one house.
pub(super) const PUBLISHERS: &[Publisher] = &[
    ("Reuters", "www.reuters.com/article", "en", SourceKind::News),
    ("Xinhua", "www.news.cn/world", "zh", SourceKind::News),
    ("U.S. Department of State", "www.state.gov/releases", "en", SourceKind::Primary),
    ("Chinese Foreign Ministry", "www.mfa.gov.cn/web/wjdt", "zh", SourceKind::Primary),
    ("AFP", "www.afp.com/en/news", "en", SourceKind::News),
    ("Associated Press", "apnews.com/article", "en", SourceKind::News),
    ("Carbon Brief", "www.carbonbrief.org", "en", SourceKind::Analysis),
    ("IISD", "enb.iisd.org/events", "en", SourceKind::Analysis),
    ("South China Morning Post", "www.scmp.com/news/china", "en", SourceKind::News),
    ("Financial Times", "www.ft.com/content", "en", SourceKind::News),
    ("Caixin", "www.caixin.com", "zh", SourceKind::News),
    ("Inside Climate News", "insideclimatenews.org/news", "en", SourceKind::News),
    ("China Dialogue", "chinadialogue.net/article", "zh", SourceKind::Analysis),
    ("International Energy Agency", "www.iea.org/reports", "en", SourceKind::Analysis),
];

/// A city, its country, and where it lies.
pub(super) type City = (&'static str, &'static str, &'static str, f64, f64);

pub(super) const CITIES: &[City] = &[
    ("Washington", "华盛顿", "US", 38.9, -77.0),
    ("San Francisco", "旧金山", "US", 37.8, -122.4),
    ("Anchorage, Alaska", "阿拉斯加州安克雷奇", "US", 61.2, -149.9),
    ("Beijing", "北京", "CN", 39.9, 116.4),
    ("Shanghai", "上海", "CN", 31.2, 121.5),
    ("Tianjin", "天津", "CN", 39.1, 117.2),
    ("Guangzhou", "广州", "CN", 23.1, 113.3),
    ("Geneva", "日内瓦", "CH", 46.2, 6.1),
    ("Bonn", "波恩", "DE", 50.7, 7.1),
    ("Paris", "巴黎", "FR", 48.9, 2.4),
    ("Nairobi", "内罗毕", "KE", -1.3, 36.8),
    ("New Delhi", "新德里", "IN", 28.6, 77.2),
];
