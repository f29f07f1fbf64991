import Analysis
import Foundation
import TestSupport
import Testing
import Yams

@Suite struct TokenCategoryTests {
  /// Tokens that must be in each standard category, as tokenizers of words with their space before
  /// (Qwen, GPT-2, Llama) and of cut words have them.
  static let members: [String: [String]] = [
    "digits": [
      "0", "7", " 5", "42", " 42", "128", "999", " 2024", "3.14", "1,000", "½", "²", "٣", "10",
    ],
    "operators": [
      "+", " +", "-", " - ", "=", " =", " *", "/", "<", " >", "==", "<=", " !=", "×", "÷", "−", "±",
      "%", "^", "->", " =>", "≤", "\\times", " \\frac", "\\cdot", "\\leq", "&&", "=$",
    ],
    "format and markup": [
      "\n", "\n\n", "    ", "\t", "\r\n", "<think>", "</think>", "\n</think>\n\n", "<|im_start|>",
      "<|endoftext|>", "<pad>", "</s>", "<｜Assistant｜>", "[INST]", "##", " ###", "####", "**",
      ":**",
      " **", "---", "```", "$", " $", "$$", "\\(", "\\]", "\\boxed", " \\text{", "\\\\", "1.", "2)",
      "•", "|---|", ">\n", "</", "boxed", "<<", "=<<", "{", "}", "}.\n", "}$", "^{", "_{", "`", "_",
      "\u{00A0}",
    ],
    "reasoning words": [
      "Wait", " wait", " WAIT", "so", " So", " therefore", "Therefore", " because", " First",
      " let",
      "Let", " check", " Hmm", " but", " thus", "Alternatively", " maybe", " if", "However",
    ],
    "function words": [
      "the", " The", " a", " an", " of", " in", "In", " she", " They", " is", " was", " would",
      " each",
      "'s", "’s", " don't", " and", " which", " I", " THE",
    ],
    "code": [
      "def", " elif", "NULL", "True", " struct", "[", "]", "()", "():", " {\n", "};", "){", "])",
      "__init__", " my_var", "max_len", "getElementById", " camelCase", "ValueError",
      ".append", "std",
    ],
    "punctuation": [
      ".", ",", " (", ")", ".\n", "?\n\n", "!", ":", ";", "\"", "’", "”", "...", "—", ").", "。",
    ],
    "names": [
      " Natalia", " James", " Monday", " Paris", " Maria", " Weng", " April",
      " Émile", " Иван", " Toronto", " Clinton", " Betty", " Alexis",
    ],
    "other words": [
      "apples", " apples", " subtract", "natalia", "Script", "ing", "tion", " x", "(see", "-fold",
      "été",
      " слово", "数学", " half-time", "X", " Th", "\"quoted",
    ],
    "other": ["\u{FFFD}", "\u{0}", "😀", "°", "©", "12ab", "ab12", "", "€"],
  ]

  @Test func `tokens are in their standard category`() {
    let categories = TokenCategories.standard
    #expect(Set(categories.names) == Set(Self.members.keys) && categories.names.last == "other")
    for (name, tokens) in Self.members {
      for token in tokens {
        let found = categories.names[categories.category(of: Array(token.utf8))]
        #expect(found == name, "\(token.debugDescription)")
      }
    }
  }

  @Test func `cut UTF-8 has a category`() {
    let categories = TokenCategories.standard
    for byte in 0x80...0xFF as ClosedRange<UInt8> {
      #expect(categories.names[categories.category(of: [byte])] == "other", "\(byte)")
    }
    // The apostrophe of "’s" without its last byte, and a space before half a letter.
    for bytes in [[0xE2, 0x80], [0x20, 0xC3], [0xF0, 0x9F, 0x98]] as [[UInt8]] {
      #expect(categories.names[categories.category(of: bytes)] == "other", "\(bytes)")
    }
    #expect(categories.names[categories.category(of: Array("’".utf8))] == "punctuation")
  }

  @Test func `each token of the demo's tokenizer has one category`() throws {
    let categories = TokenCategories.standard
    var counts: [String: Int] = [:]
    let tokens = try DemoVocabulary.tokens()
    for token in tokens {
      counts[categories.names[categories.category(of: token)], default: 0] += 1
    }
    #expect(tokens.count == 1024)
    // The others: 128 bytes that begin or continue a character, two thirds of "’", 28 control characters.
    #expect(
      counts == [
        "digits": 10, "operators": 18, "format and markup": 33, "reasoning words": 28,
        "function words": 123, "code": 4, "punctuation": 18, "names": 1, "other words": 632,
        "other": 157,
      ])
  }

  @Test func `each word of the standard rules is in its own category`() throws {
    // An earlier rule would make a word of no use.
    let root = try #require(try Yams.compose(yaml: TokenCategories.standardYAML))
    let categories = TokenCategories.standard
    var count = 0
    for rule in root["categories"]?.sequence ?? [] {
      for word in rule["words"]?.sequence ?? [] {
        // With a space: "think" alone may be a piece of a think tag.
        let text = " " + (try #require(word.string))
        let found = categories.names[categories.category(of: Array(text.utf8))]
        #expect(found == rule["name"]?.string, "\(text)")
        count += 1
      }
    }
    #expect(count > 300)
  }

  @Test func `the order of rules decides`() throws {
    let digits = "  - name: digits\n    matches: '[0-9]+'\n"
    let sevens = "  - name: sevens\n    contains: '7'\n"
    let one = try TokenCategories(yaml: "categories:\n" + digits + sevens, path: "a.yaml")
    let other = try TokenCategories(yaml: "categories:\n" + sevens + digits, path: "a.yaml")
    #expect(one.names == ["digits", "sevens", "other"])
    #expect(other.names == ["sevens", "digits", "other"])
    for (text, first, second) in [
      ("17", "digits", "sevens"), ("x7", "sevens", "sevens"), ("1", "digits", "digits"),
      ("x", "other", "other"),
    ] {
      #expect(one.names[one.category(of: Array(text.utf8))] == first, "\(text)")
      #expect(other.names[other.category(of: Array(text.utf8))] == second, "\(text)")
    }
    // What a file lacks is as in the standard one.
    #expect(one.landmarks == TokenCategories.standard.landmarks)
    let marks = try TokenCategories(
      yaml: "landmarks:\n  - name: end\n    texts: ['.']\n", path: "a.yaml")
    #expect(marks.names == TokenCategories.standard.names && marks.landmarks.map(\.name) == ["end"])
  }

  /// One rule, and whether it matches each text.
  @Test(arguments: [
    ("words: [Yes, no]", ["yes": true, " NO\n": true, "nope": false, "": false]),
    ("words: Yes\n    case: true", ["Yes": true, "yes": false, " Yes": true]),
    ("words: [Straße]", ["straße": true, " STRASSE": false]),
    ("words: ['two words']", ["two words": true, "two": false]),
    ("characters: ab", ["abba": true, " a\nb": true, "abc": false, " ": false, "": false]),
    ("characters: [a, b]", ["ab": true, "c": false]),
    ("matches: a|ab", ["a": true, "ab": true, " a": false, "abc": false, "a\n": false]),
    ("matches: ['a', '.b']", ["a": true, "xb": true, "ab": true, "axb": false]),
    // A number of a group is that of its own expression.
    ("matches: ['(x)y', '(a|b)\\1']", ["xy": true, "aa": true, "bb": true, "ab": false]),
    ("contains: ab", ["xaby": true, "ab": true, "a b": false, "": false, "AB": false]),
    ("words: [x]\n    contains: '7'", ["x": true, "07": true, "y": false]),
  ])
  func `conditions match as they say`(rule: String, texts: [String: Bool]) throws {
    let yaml = "categories:\n  - name: it\n    \(rule)\n"
    let categories = try TokenCategories(yaml: yaml, path: "a.yaml")
    for (text, isMatch) in texts {
      let found = categories.category(of: Array(text.utf8))
      #expect(found == (isMatch ? 0 : 1), "\(text.debugDescription)")
    }
  }

  @Test(arguments: [
    ("", "a.yaml: is empty"),
    ("# only a comment\n", "a.yaml: is empty"),
    ("{}", "a.yaml, line 1: is empty"),
    ("words", "a.yaml, line 1: is no mapping"),
    ("rules: []", "a.yaml, line 1: no key 'rules'; there are categories, landmarks"),
    ("categories: []", "a.yaml, line 1, key 'categories': needs a list"),
    ("categories:\n- digits", "a.yaml, line 2, category: is no mapping"),
    ("categories:\n- words: x", "a.yaml, line 2, category: has no name"),
    (
      "categories:\n- name: it\n  word: x",
      "a.yaml, line 3, category 'it': no key 'word'; there are name, words, case, characters, "
    ),
    ("categories:\n- name: it", "a.yaml, line 2, category 'it': matches nothing; add words"),
    (
      "categories:\n- name: it\n  matches:\n  - 'a'\n  - '(b'",
      "a.yaml, line 3, category 'it', key 'matches': '(b' is no regular expression: end pattern"
    ),
    (
      "categories:\n- name: it\n  matches: 'a)|(b'",
      "a.yaml, line 3, category 'it', key 'matches': 'a)|(b' is no regular expression: unmatched"
    ),
    (
      "categories:\n- {name: it, words: x}\n- {name: that, words: x}\n- {name: it, words: y}",
      "a.yaml, line 4, category 'it': is on line 2 already"
    ),
    (
      "categories:\n- {name: other, words: x}",
      "a.yaml, line 2, category 'other': is the category of"
    ),
    (
      "categories:\n- name: it\n  words: []",
      "a.yaml, line 3, category 'it', key 'words': has an empty"
    ),
    (
      "categories:\n- name: it\n  words: ' '",
      "a.yaml, line 3, category 'it', key 'words': has white"
    ),
    (
      "categories:\n- name: it\n  words: {a: b}",
      "a.yaml, line 3, category 'it', key 'words': needs a"
    ),
    (
      "categories:\n- name: it\n  characters: ' '",
      "a.yaml, line 3, category 'it', key 'characters': has white space alone"
    ),
    (
      "categories:\n- name: it\n  words: x\n  case: yes",
      "a.yaml, line 4, category 'it', key 'case': should be true or false, not 'yes'"
    ),
    (
      "categories:\n- name: it\n  contains: x\n  case: true",
      "a.yaml, line 4, category 'it', key 'case'"
    ),
    ("categories:\n- name: it\n  words: x\n  words: y", "words is there twice"),
    (
      "categories:\n- name: \"a\\nb\"\n  words: x", "a.yaml, line 2, category 'a\u{FFFD}b': shorten"
    ),
    ("categories:\n- name: 'it", "a.yaml, line"),
    ("categories: [}", "a.yaml, line 1: no YAML"),
    ("a: 1\n---\nb: 2", "a.yaml, line 2: no YAML"),
    ("landmarks:\n- name: it", "a.yaml, line 2, landmark 'it': is nowhere; add texts"),
    (
      "landmarks:\n- {name: it, words: x}",
      "a.yaml, line 2, landmark 'it': no key 'words'; there are"
    ),
    (
      "landmarks:\n- {name: it, texts: x}\n- {name: it, texts: y}",
      "a.yaml, line 3, landmark 'it': is on line 2 already"
    ),
  ])
  func `a bad file is told in one line with file and place`(yaml: String, message: String) {
    let error = #expect(throws: CategoryError.self) {
      try TokenCategories(yaml: yaml, path: "a.yaml")
    }
    let line = "\(error.map(String.init(describing:)) ?? "")"
    #expect(line.hasPrefix("a.yaml") && line.contains(message), "\(line)")
    #expect(!line.contains { $0.isNewline })
  }

  @Test func `the documentation has the standard categories, and an example that is read`() throws {
    let page = try String(
      contentsOf: Places.root.appending(path: "Sources/Documentation.docc/Categories.md"),
      encoding: .utf8)
    let rows = page.split(separator: "\n").filter { $0.hasPrefix("| ") }.map {
      String($0.dropFirst(2).prefix { $0 != "|" }.dropLast())
    }
    let names = TokenCategories.standard.names
    #expect(rows.filter(names.contains) == names)
    #expect(Set(rows).isSuperset(of: TokenCategories.standard.landmarks.map(\.name)))
    let example = page.components(separatedBy: "```yaml\n").last?.components(separatedBy: "```")
      .first
    let own = try TokenCategories(yaml: #require(example), path: "Categories.md")
    #expect(own.names == ["units", "digits", "hedges", "other"])
    #expect(own.landmarks.map(\.name) == ["verdict", "line start"])
  }

  @Test func `the standard rules are a file like any`() throws {
    let own = try TokenCategories(yaml: TokenCategories.standardYAML, path: "own.yaml")
    #expect(own.names == TokenCategories.standard.names)
    #expect(own.landmarks == TokenCategories.standard.landmarks)
    #expect(own.landmarks.map(\.name) == ["think tag", "answer mark", "line start"])
  }
}

/// The bytes of the demo's tokens by id, read from `tokenizer.json` without the tool's own reader.
enum DemoVocabulary {
  private struct File: Decodable {
    struct Added: Decodable {
      let id: Int
      let content: String
    }
    struct Model: Decodable { let vocab: [String: Int] }
    private enum CodingKeys: String, CodingKey {
      case added = "added_tokens"
      case model
    }
    let added: [Added]
    let model: Model
  }

  static func tokens() throws -> [[UInt8]] {
    let url = Places.data.appending(path: "demo/base/tokenizer.json")
    let file = try JSONDecoder().decode(File.self, from: Data(contentsOf: url))
    // Byte-level vocabularies write each byte as a character: itself where it is visible, the others
    // in their order from U+0100 on.
    let visible = Array(33...126) + Array(161...172) + Array(174...255)
    var bytes: [UInt32: UInt8] = [:]
    for byte in visible { bytes[UInt32(byte)] = UInt8(byte) }
    for (index, byte) in (0...255).filter({ !visible.contains($0) }).enumerated() {
      bytes[UInt32(256 + index)] = UInt8(byte)
    }
    var tokens = [[UInt8]](
      repeating: [], count: file.model.vocab.count + file.added.count)
    for (text, id) in file.model.vocab {
      tokens[id] = try text.unicodeScalars.map { try #require(bytes[$0.value]) }
    }
    for token in file.added { tokens[token.id] = Array(token.content.utf8) }
    return tokens
  }
}
