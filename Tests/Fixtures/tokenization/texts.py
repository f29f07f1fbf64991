"""The texts that every tokenizer is asked about: written for this project, or drawn with a seed."""

import random
import unicodedata

CORPUS = [
    "The river ran past the mill, and the miller's daughter counted 12 geese, 34 ducks and 567 frogs.",
    "It's what they'd said: we're late, you've won, I'm here, she'll go. IT'S WHAT THEY'D SAID!",
    "def add(a, b):\n    return a + b\n\n\nfor i in range(10):\n    print(add(i, i * 2))\n",
    "Question: a farmer has 48 apples and sells 17. How many are left? Answer: 48 - 17 = 31.",
    "Die Straße führt über die Brücke; größere Füße, schöne Grüße aus Köln. Ça va très bien, merci à tous.",
    "Он пошёл домой и закрыл дверь. Она сказала: «Спасибо, всё хорошо».",
    "今天天气很好,我们去公园散步吧。東京は大きな街です。안녕하세요 세계, 오늘 날씨가 좋네요.",
    "مرحبا بالعالم، كيف حالك اليوم؟ שלום עולם, מה שלומך היום? नमस्ते दुनिया, आप कैसे हैं?",
    "Step 1: read the text.\nStep 2: think about it.\r\nStep 3: write\tthe\tanswer.\n\n\n\nDone.   End.",
    "The entropy of the token is low; the probability of the token is high. The model is sure.",
]

SCRIPTS = [
    "Hello, world!", "naïve café résumé Ångström", "Ελληνικά γλώσσα ᾳ ᾠ ΐ", "Ҳаммаи одамон озод таваллуд мешаванд",
    "Բոլոր մարդիկ", "כל בני האדם נולדו שְׁלוֹמִי", "يولد جميع الناس أحرارًا ٱلرَّحْمَٰنِ", "ܟܠ ܒܪܢܫܐ", "ހުރިހާ އިންސާނުން",
    "ߊߟߎ ߓߍߍ", "सभी मनुष्यों को क्षेत्र में क़ानून", "সমস্ত মানুষ ো ৌ", "ਸਾਰੇ ਮਨੁੱਖ", "બધા માનવો", "ସମସ୍ତ ମଣିଷ ୋ", "மனிதப் பிறவியினர் ொ ோ",
    "ప్రతిపత్తి ై", "ಎಲ್ಲಾ ಮಾನವರೂ ೋ", "എല്ലാ മനുഷ്യരും ോ", "සියලු මනුෂ්‍යයෝ ෝ", "มนุษย์ทั้งหลายเกิดมา", "ມະນຸດທຸກຄົນ",
    "འགྲོ་བ་མིའི་ ཱི ཱུ", "လူတိုင်းသည် ဦ", "ადამიანი", "모든 인간은 태어날 때부터", "ሁሉም ሰው", "ᎾᏂᎥ ᎨᏴᏫ", "ᐃᓄᓕᒫᑦ", "ᚠᚢᚦᚨᚱᚲ", "មនុស្សទាំងអស់",
    "ᠬᠦᠮᠦᠨ ᠪᠦᠷ", "すべての人間は、ガギグゲゴ パピプ ｶﾞ", "全世界無產者，聯合起來！㐀㐁", "ꯃꯤꯑꯣꯏ", "𐌰𐌱𐌲 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𝟘𝟙𝟚 𒀀𒁀", "𠀀𠀁𪛖 丽 豈",
]

NFC_CHANGES = [
    "e\u0301 a\u0308\u0301 o\u0302\u0323 s\u0323\u0307 s\u0307\u0323 q\u0307\u0323",
    "\u212b \u2126 \u212a \u00b4 \u1fef \u0340\u0341\u0343\u0344 \u037e \u0387 \u0374",
    "\u1100\u1161 \u1100\u1161\u11a8 \uac00\u11a8 \u1112\u1175\u11c2 \uac01\u11a8 \u1100\u1100\u1161 \u1161\u11a8 \uac00\u11a7",
    "\u0958\u0959\u095f \u09dc \u0a33 \u0b5c \u0929 \u0928\u093c \u0931 \u0934 \u09c7\u09be \u09c7\u09d7 \u0bc6\u0bbe \u0bc7\u0bbe",
    "\u0dd9\u0dcf\u0dca \u0dd9\u0dca\u0dcf \u0cc6\u0cc2\u0cd5 \u0c46\u0c56 \u0d46\u0d3e \u1025\u102e \u0f71\u0f72 \u0f72\u0f71 \u0f73 \u0f75 \u0f81",
    "\u2adc \u2add\u0338 \ufb1d \ufb2a\u05b4 \u05e9\u05bc\u05c1 \u05e9\u05c1\u05bc \ufb49 \uf900 \uf901 \ufa0e \ufa10 \U0002f800 \U0002f9f4",
    "\U0001d15e \U0001d1bb\U0001d16e \U0001d158\U0001d165 \U00011099\U000110ba \U00011131\U00011127 \U00011347\U0001133e \U000114b9\U000114ba",
    "a\u0315\u0300\u05ae\u0300\u0301\u0062 a\u0300\u0315 a\u05ae\u0300 a\u0334\u0301 a\u0301\u0334 \u0301 \u0301a \u0344 \u0308\u0301",
    "a" + "\u0301\u0327\u0316\u0345\u0334" * 40 + "b", "\u0061\u035c\u0315\u0300\u0062 \u09fe\u0301 \u07fd\u0301 \u1df6\u0316 a\u0301\u1df9 \u0c3c",
    "\u0041\u030a\u0301 \u01fa \u0226\u0301 \u1e9b\u0323 \u1e69 \u0073\u0323\u0307 \u017f\u0323\u0307 \u03b9\u0308\u0301 \u03b1\u0313\u0300\u0345 \u1f82",
    "\u304b\u3099 \u30cf\u309a \u3046\u3099 \u309d\u3099 \u30ef\u3099 \u3099\u304b \u1b05\u1b35 \u1b3a\u1b35",
    "caf\u00e9 cafe\u0301 CAFE\u0301", "<N\u0303> \u00d1 N\u0303 <\u00d1>", "a\u034f\u0301 a\u200d\u0301 a\ufe0f\u0301",
]

PLAIN = [
    "", " ", "  ", "a", "\n", "\r\n", "\u0000", "a\u0000b\u0000\u0000", "".join(chr(i) for i in range(32)), "\u007f\u0080\u0085\u009f\u00ad",
    "a\nb\r\nc\rd\n\re\r\n\r\nf", "line\n\n\n  indented\n\t\ttabs \t mixed\r\n   \r\n end  ", "trailing   ", "   leading", "a  b   c    d     e",
    "x\u00a0y\u00a0\u00a0z \u00a0 w", "x\u2028y\u2029z", "x\u3000y\u3000\u3000z", "x\u2002\u2003\u2009 y\u200bz\u200c\u200d\ufeff", "\u1680\u180e\u202f\u205f q",
    "a \n b \n\n c", "a\n \n \nb", " \n", "\n ", "   \n", "\n   ", "\n   x", " \r\n\t \r\n x", "a\u000b\u000cb \u001c\u001d\u001e\u001f c",
    "1", "12", "123", "1234", "12345", "1234567890123456789012345678901", "3.14159e-10", "1,234,567.89", "٠١٢٣٤٥٦٧٨٩", "१२३४५", "①②③ Ⅻ ½ ²³ 〇一二三", "x1y22z333", " 1 22 333 4444",
    "it's IT'S It'S 's 'S 'll 'LL 'Ll 'lL 've 'VE 're 'RE 'd 'D 'm 'M 't 'T", "'\u017f '\u017ft don\u2019t 'sat 'llama ''s '''", "I'd've y'all'd've", "'sx 'x s' ' '",
    "!!!???...", "--- === *** ###", "<html><b class=\"x\">&amp;</b></html>", "{\"key\": [1, 2.5, null], \"ключ\": \"значение\"}", "$x^2 + y_1 \\frac{a}{b}$", "http://example.org/a?b=c&d=%20#e", "a_b-c.d@e.fr",
    "foo!\n\nbar?\r\n(baz)\n", "!\n!\r\n!\n\n", "...\n", "a.\n b", "«quoted» „so“ ‚so‘ – — … •", "€ £ ¥ ₿ ∑ ∫ √ ∞ ≠ ≤ → ⇒ ∀x∈ℝ", "ﬁ ﬂ ﬃ ĳ ǆ ſ", "İ ı I i ß ẞ", "K\u030c \u212a'S",
    "😀", "😀😃 😄", "👩‍👩‍👧‍👦 👨🏽‍💻 🏳️‍🌈 🧑🏿‍🚀", "🇩🇪🇫🇷🇯🇵 🇺🇳🇺", "❤️ ❤ ☎️ 1️⃣ #️⃣ *️⃣ 🏴󠁧󠁢󠁳󠁣󠁴󠁿", "\U0001f468\u200d", "\u200d\ufe0f\u20e3", "\ufffd\ufffe\uffff\U0010ffff\ue000\uf8ff", "\u202eabc\u202c \u2066x\u2069",
    "Z̴̧̢͍͉̈́̕a̶̛͎l̷g̸o̵ t̶e̸x̷t̴", "a" * 50, "ab" * 40, "the the the the", "ĠĊĉ Ġthe âĢĻ", "The quick brown fox jumps over the lazy dog.", "tokenization antidisestablishmentarianism",
    "def f(x):\n\treturn {'a': x[0:10], \"b\": x**2}  # comment\n", "SELECT * FROM t WHERE a='b' AND c<>NULL;", "ALLCAPS CamelCase snake_case kebab-case", "ab1cd2 1ab 2cd", "a\u0301b c\u0327d", "\u00e9\u00e9 é e\u0301e\u0301",
]

ADDED = [
    "<|endoftext|>", "<|endoftext|><|endoftext|>", "a<|endoftext|>b", "a <|endoftext|> b", "<|endoftext|", "|endoftext|>", "<<|endoftext|>>", "<|end<|endoftext|>oftext|>",
    "<|begin|>hello<|end|>", "<|begin|>  hello  <|end|>  x", "x <|long|> y", "<|lon<|long|>er|>", "<|long|>er|>", "<|longer|>", "<|long", "x<strip>y", "x   <strip>   y", "x\n\t <strip> \u3000\n y", "<strip><strip>", "<strip> <strip>", " <strip> ",
    "x   <left>   y", "x   <right>   y", "<left> <right>", "<right> <left>", "<right>  <left>", " <left>", "<right> ", "word", "a word here", "words", "sword", "word.", "_word", "word_", "wordword", "word word", "été word été", "éword", "word\u0301", "\u0301word", "(word)", "1word", "word1", "word\u200dx",
    "Ñandú", "N\u0303andu\u0301", "xN\u0303andu\u0301y", "Ñandu\u0301 Ñandú", "two words", "two  words", "atwo wordsb", "\u212bngstrom", "\u00c5ngstrom", "A\u030angstrom", "\u212bngstrom\u00c5ngstrom", "\n\n", "a\n\nb", "a\n\n\nb", "a\n\n\n\nb", "cafés caf\u00e9 cafe\u0301 x", "<strip>\n\nx", "x \n\n<strip>",
]


# Letters, marks, digits and symbols of Unicode 15 and 16.
NEWER = [
    "a\U00031350\U000323afb 1\U0002ebf0\U0002ee5d", "\U000105c0\U000105f3 \U00010d50\U00010d70 \U00010d4e", "\u1c89\u1c8a\ua7cb\ua7cd\ua7da\ua7dc", "x\U000116d0\U000116e3\U00010d4012\U0001e4f1",
    "\U00011f02\U00011f04\U00011f41\U00011f50\U00011f59", "\U00013460\U000143fa\U00013440\U0001342f", "\U0001e030\U0001e08f\U0001e4eb\U0001e4ec", "\U0001fae8 \U0001cc00\U00010d6e\U00010d8e", "\u0897a\u0897 \u0cf3 \u0ece",
    "\U00011380\U000113b8\U000113c2\U000113d1", "\U00016d63\U00016d67\U00016d68 \U00016d40", "\U0001d2c0\U0001d2d3 \U0001df25", "\U0001611e\U00016130 \U0002b739",
]


def all_texts():
    texts = PLAIN + SCRIPTS + NFC_CHANGES + ADDED + NEWER
    rng = random.Random(20240917)
    # Only what Unicode 14 assigned: the engines of two library versions agree about that.
    assigned = [chr(c) for c in range(0x110000) if unicodedata.category(chr(c)) not in ("Cn", "Cs", "Co")]
    marks = [c for c in assigned if unicodedata.combining(c)]
    blocks = [[chr(c) for c in range(a, b) if unicodedata.category(chr(c)) not in ("Cn", "Cs")] for a, b in (
        (0x20, 0x7F), (0x20, 0x7F), (0, 0x100), (0x300, 0x370), (0x370, 0x600), (0x900, 0xE00), (0x1100, 0x1200), (0x1E00, 0x2000),
        (0x2000, 0x2100), (0x3000, 0x3100), (0xAC00, 0xAD00), (0xF900, 0xFB50), (0x1D100, 0x1D200), (0x1F300, 0x1F680))]
    spaces = list(" \t\n\r\u00a0\u2028\u3000\u0085\u000b")
    pieces = ["'s", "'LL", "12", "345", "the", " the", "<|endoftext|>", "<strip>", "word", "\r\n", "e\u0301", "  "]
    for _ in range(60):
        texts.append("".join(rng.choice(assigned) for _ in range(rng.randint(1, 20))))
    for _ in range(60):
        texts.append("".join(rng.choice(rng.choice(blocks)) for _ in range(rng.randint(1, 30))))
    for _ in range(40):
        texts.append("".join(rng.choice([rng.choice("aeiouAEIOUns가각ー"), rng.choice(marks), rng.choice(marks)]) for _ in range(rng.randint(2, 16))))
    for _ in range(60):
        texts.append("".join(rng.choice([rng.choice(spaces), rng.choice(pieces), rng.choice("abcXYZ.,!é中")]) for _ in range(rng.randint(1, 24))))
    return texts


# Too long to store their ids: (part, times), …
LONG = [
    [("a", 100_000)], [(" ", 100_000)], [(" ", 100_000), ("x", 1)], [("\n", 100_000)], [("the ", 25_000)], [("1", 100_000)], [("é", 50_000)],
    [("e\u0301", 30_000)], [("\u0301", 50_000)], [("a", 1), ("\u0327\u0301", 20_000), ("b", 1)], [("!", 100_000)], [("\r\n", 50_000)], [(" \n", 50_000), ("y", 1)],
    [("<|endoftext|>", 2_000)], [("中", 30_000)], [("ab", 50_000), (" ", 1)], [("'s", 40_000)],
]
