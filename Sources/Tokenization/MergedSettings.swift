/// The settings beside `tokenizer.json` as transformers puts them together: an older file's members
/// take the place of the configuration's, `null` included.
struct MergedSettings {
  /// A setting, perhaps `null`.
  struct Member {
    let key: String
    var value: FileValue
    /// Whether it is of `special_tokens_map.json`, where each object is a special token.
    var isOlder = false
  }

  private(set) var members: [Member]
  /// `extra_special_tokens` as a list; nil where no file has the key, so that the older key counts.
  private(set) var list: [Member]?
  /// Tokens with names of one model's own, such as `image_token`.
  private(set) var modelSpecific: [Member] = []

  /// The keys of tokens that every tokenizer may have, in the order in which they are added.
  static let names = [
    "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token",
  ]

  private static let listKey = "extra_special_tokens"
  private static let olderListKey = "additional_special_tokens"
  private static let modelSpecificKey = "model_specific_special_tokens"

  /// - Throws: `TokenizerError` for wrong types.
  init(_ settings: TokenizerSettings) throws(TokenizerError) {
    members =
      try settings.configuration?.members().map { Member(key: $0.key, value: $0.value) } ?? []
    try takeConfiguration()
    if let older = try settings.olderSpecialTokens() { try take(older) }
  }

  /// The value of a setting; nil if it is `null` or missing.
  func value(_ key: String) -> FileValue? {
    member(key).flatMap { $0.value.isNull ? nil : $0.value }
  }

  /// Whether a file has the key, be it with `null`.
  func has(_ key: String) -> Bool { member(key) != nil }

  func member(_ key: String) -> Member? { members.first { Self.areSame($0.key, key) } }

  /// The text of a token; of `null` what Python writes for it.
  func content(_ key: String, default content: String) throws(TokenizerError) -> String {
    guard let member = member(key) else { return content }
    if member.value.isNull { return "None" }
    return try member.value.tokenContent()
  }

  /// The list of special tokens without names.
  func extraTokens() throws(TokenizerError) -> [Member] {
    if let list { return list }
    guard let older = member(Self.olderListKey), !older.value.isNull else { return [] }
    return try older.value.elements().map { Member(key: "", value: $0) }
  }

  private mutating func takeConfiguration() throws(TokenizerError) {
    let isGiven = value(Self.listKey).map { !$0.isEmpty } ?? false
    if !isGiven, let older = remove(Self.olderListKey) {
      set(Member(key: Self.listKey, value: older.value))
    }
    for member in members
    where Self.isTokenKey(member.key) && !Self.names.contains(member.key) && member.value.isString {
      modelSpecific.append(member)
      remove(member.key)
    }
    let own = remove(Self.modelSpecificKey)
    if let given = remove(Self.listKey) { try takeList(given.value, isOlder: false) }
    if modelSpecific.isEmpty, let own, !own.value.isNull { try takeNamed(own.value) }
  }

  private mutating func take(_ older: FileValue) throws(TokenizerError) {
    for (key, value) in try older.members() {
      if Self.areSame(key, Self.listKey) {
        try takeList(value, isOlder: true)
      } else if Self.areSame(key, Self.modelSpecificKey) {
        try takeNamed(value)
      } else {
        // transformers reads the two from the other file and drops them there.
        if key == "add_bos_token" || key == "add_eos_token" {
          throw value.unsupported(
            "\(key) in this file", fix: "say it in post_processor of tokenizer.json")
        }
        set(Member(key: key, value: value, isOlder: true))
      }
    }
  }

  private mutating func takeList(_ value: FileValue, isOlder: Bool) throws(TokenizerError) {
    if value.isObject {
      list = nil
      return try takeNamed(value)
    }
    if value.isNull {
      list = []
      return
    }
    list =
      try (list ?? []) + value.elements().map { Member(key: "", value: $0, isOlder: isOlder) }
  }

  private mutating func takeNamed(_ value: FileValue) throws(TokenizerError) {
    for (key, value) in try value.members() where !value.isNull {
      let member = Member(key: key, value: value)
      if let index = modelSpecific.firstIndex(where: { Self.areSame($0.key, key) }) {
        modelSpecific[index] = member
      } else {
        modelSpecific.append(member)
      }
    }
  }

  private mutating func set(_ member: Member) {
    if let index = members.firstIndex(where: { Self.areSame($0.key, member.key) }) {
      members[index] = member
    } else {
      members.append(member)
    }
  }

  @discardableResult
  private mutating func remove(_ key: String) -> Member? {
    guard let index = members.firstIndex(where: { Self.areSame($0.key, key) }) else { return nil }
    return members.remove(at: index)
  }

  static func isTokenKey(_ key: String) -> Bool { key.hasSuffix("_token") }

  private static func areSame(_ left: String, _ right: String) -> Bool {
    left.utf8.elementsEqual(right.utf8)
  }
}
