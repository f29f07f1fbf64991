extension AddedToken {
  /// Reads `added_tokens`; ids have to be those that Hugging Face tokenizers would give.
  ///
  /// That library takes the vocabulary's id for a content that stands in it and counts on from the
  /// end for the others, whatever the file says. Files in which the two differ are refused, since
  /// the model was trained with one of them.
  static func list(
    _ value: FileValue, vocabulary: Vocabulary
  ) throws(TokenizerError) -> [AddedToken] {
    var tokens: [AddedToken] = []
    var contents: Set<Vocabulary.Key> = []
    var next = vocabulary.count
    for element in try value.elements() {
      let token = try AddedToken(element)
      if token.content.isEmpty {
        throw element.invalid("an added token without content", fix: "remove it from the file")
      }
      if !contents.insert(Vocabulary.Key(token.content)).inserted {
        throw element.invalid(
          "\(token.content.debugDescription) is added twice", fix: "remove one from the file")
      }
      var expected = Int32(next)
      if let known = vocabulary.identifier(of: token.content) {
        expected = known
      } else {
        next += 1
        if vocabulary.tokens.indices.contains(Int(expected)),
          let other = vocabulary.tokens[Int(expected)]
        {
          throw element.invalid(
            "the id \(expected) belongs to \(other.debugDescription) already",
            fix: "close the gap in model.vocab")
        }
      }
      if token.identifier != expected {
        throw element.invalid(
          "\(token.content.debugDescription) has id \(token.identifier), but Hugging Face "
            + "tokenizers would give it \(expected)",
          fix: "give it that id, or add the missing tokens before it")
      }
      tokens.append(token)
    }
    return tokens
  }

  private init(_ value: FileValue) throws(TokenizerError) {
    identifier = try value.required("id").tokenIdentifier()
    content = try value.required("content").string()
    isSpecial = try value.flag("special", default: false)
    isSingleWord = try value.flag("single_word", default: false)
    stripsLeft = try value.flag("lstrip", default: false)
    stripsRight = try value.flag("rstrip", default: false)
    isNormalized = try value.flag("normalized", default: true)
  }
}
