import KuayuModel

/// The field types in the words of JSON Schema.
enum CaseSchemaTypes {
    static let creditCode = "^[0-9A-HJ-NPQRTUWXY]{18}$"
    static let citizenNumber = "^[1-9][0-9]{16}[0-9Xx]$"
    private static let month = "(0[1-9]|1[0-2])"
    private static let day = "(0[1-9]|[12][0-9]|3[01])"
    private static let date = "^[0-9]{4}-\(month)-\(day)$"
    private static let instant =
        #"^[0-9]{4}-"# + month + "-" + day + #"T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\+08:00$"#

    static func keywords(_ type: FieldType) -> [(String, SchemaValue)] {
        switch type {
        case .text(let max): text(max)
        case .code(let set): code(set)
        case .bool: [("type", .string("boolean"))]
        case .int(let range):
            [
                ("type", .string("integer")), ("minimum", .int(range.lowerBound)), ("maximum", .int(range.upperBound)),
            ]
        case .identityNumber: text(CaseValidation.identityNumberLimit)
        case .texts(let max):
            [
                ("type", .string("array")), ("minItems", .int(1)), ("maxItems", .int(max)),
                ("items", .object([("type", .string("string"))] + length(CaseValidation.entryLimit) + [notLineFeed])),
            ]
        default: [("type", .string("string")), ("pattern", .string(pattern(type)))]
        }
    }

    /// Text of at most `max` code points.
    ///
    /// LF is the only control character allowed.
    private static func text(_ max: Int) -> [(String, SchemaValue)] {
        [("type", .string("string"))] + length(max)
            + [("pattern", .string(#"^[^\u0000-\u0009\u000b-\u001f\u007f-\u009f]*$"#))]
    }

    private static let notLineFeed = ("pattern", SchemaValue.string(#"^[^\u0000-\u001f\u007f-\u009f]*$"#))

    private static func length(_ max: Int) -> [(String, SchemaValue)] {
        [("minLength", .int(1)), ("maxLength", .int(max))]
    }

    private static func code(_ set: CodeSet) -> [(String, SchemaValue)] {
        let type = ("type", SchemaValue.string("string"))
        switch set {
        case .itemType: return [type, ("pattern", .string("^(0[0-9]|10|[2-9][0-9])$")), examples(set)]
        case .idType: return [type, ("pattern", .string("^([0-9]{3}|USCC)$")), examples(set)]
        default: return [type, ("enum", .strings(set.codes))]
        }
    }

    private static func examples(_ set: CodeSet) -> (String, SchemaValue) { ("examples", .strings(set.codes)) }

    private static func pattern(_ type: FieldType) -> String {
        switch type {
        case .decimal: #"^(0|[1-9][0-9]{0,12})(\.[0-9]{1,2})?$"#
        case .date: date
        case .instant: instant
        case .division: "^[0-9]{6}([0-9]{6})?$"
        case .region: "^[1-9][0-9]0000$"
        case .caseID: "^CSJ[0-9]{4}\(month)\(day)[0-9]{7}$"
        case .catalogCode: "^[0-9]{12}$"
        case .taskCode: "^([0-9A-HJ-NPQRTUWXY]{18}[1-7][0-9]{12}|[0-9A-Z]{10}|[0-9A-Z]{24})$"
        case .creditCode: creditCode
        case .licenceID: #"^1\.2\.156\.3005\.2\.[0-9A-Z]{21}\.[0-9A-Z]{1,18}\.[0-9A-Z]{1,32}\.[0-9A-Z]{3}\.[0-9A-Z]$"#
        case .digest: "^(sha256|sm3):[0-9a-f]{64}$"
        case .text, .code, .bool, .int, .identityNumber, .texts: ""
        }
    }
}
