import KuayuModel

/// The published forms of the field table: a JSON Schema for partners, tables for the documentation page.
public enum CaseSchemaDocument {
    /// JSON Schema, draft 2020-12, of a registered case; UTF-8, ends in a line feed.
    ///
    /// What a schema can say is said: members, types, lengths, codes, patterns, what is required. Check digits, dates of
    /// the calendar and the rules between fields are checked by the gateway alone.
    public static func jsonSchema() -> [UInt8] {
        var out = ""
        root().write(to: &out)
        return Array((out + "\n").utf8)
    }

    private static func root() -> SchemaValue {
        let head: [(String, SchemaValue)] = [
            ("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
            ("$id", .string("urn:kuayu:schema:case:v1")),
            ("title", .string("case/v1 跨域办件")),
            (
                "description",
                .string(
                    "A government-service case that crosses regions, as a gateway has registered it. Generated from the "
                        + "field table; x-privacy, x-level, x-mask and x-owner state how a field is protected and who may "
                        + "change it.")
            ),
        ]
        return .object(head + object(CasePlan.full.members))
    }

    /// The keywords of an object with these members.
    private static func object(_ members: [CasePlan.Member]) -> [(String, SchemaValue)] {
        let required = members.filter { isRequired($0.content) }.map(\.name)
        var keywords: [(String, SchemaValue)] = [("type", .string("object"))]
        if !required.isEmpty { keywords.append(("required", .strings(required))) }
        keywords.append(("properties", .object(members.map { ($0.name, member($0.content)) })))
        keywords.append(("additionalProperties", .bool(false)))
        keywords.append(("minProperties", .int(1)))
        return keywords + identityConditions(members)
    }

    private static func isRequired(_ content: CasePlan.Content) -> Bool {
        switch content {
        case .leaf(let field, _): CaseSchema.v1.info(field).isRequired
        case .object(let members): members.contains { isRequired($0.content) }
        case .list(let list, _): list == .handling
        }
    }

    private static func member(_ content: CasePlan.Content) -> SchemaValue {
        switch content {
        case .leaf(let field, _): .object(leaf(CaseSchema.v1.info(field)))
        case .object(let members): .object(object(members))
        case .list(let list, let members): .object(self.list(CaseSchema.v1.info(list), members))
        }
    }

    private static func list(
        _ info: CaseSchema.ListInfo, _ members: [CasePlan.Member]
    ) -> [(String, SchemaValue)] {
        [
            ("title", .string(info.chinese)),
            ("description", .string(info.meaning)),
            ("type", .string("array")),
            ("minItems", .int(1)),
            ("maxItems", .int(CaseValidation.rowLimit)),
            ("x-key", .strings(info.key.map { CaseSchema.v1.info($0).localPath })),
            ("x-owner", .string(info.owner.rawValue)),
            ("items", .object(object(members))),
        ]
    }

    private static func leaf(_ info: CaseSchema.FieldInfo) -> [(String, SchemaValue)] {
        var keywords: [(String, SchemaValue)] = [
            ("title", .string(info.chinese)), ("description", .string(info.meaning)),
        ]
        keywords += CaseSchemaTypes.keywords(info.type)
        keywords.append(("x-privacy", .string(info.privacy.rawValue)))
        keywords.append(("x-level", .string(info.level.rawValue)))
        if info.mask != .none { keywords.append(("x-mask", .string(info.mask.rawValue))) }
        keywords.append(("x-owner", .string(info.owner.rawValue)))
        return keywords
    }

    /// The form of an identity number follows the type beside it.
    private static func identityConditions(_ members: [CasePlan.Member]) -> [(String, SchemaValue)] {
        guard members.contains(where: { $0.name == "idType" }), members.contains(where: { $0.name == "idNumber" })
        else { return [] }
        let forms = [("111", CaseSchemaTypes.citizenNumber), ("USCC", CaseSchemaTypes.creditCode)]
        let conditions = forms.map { type, pattern in
            SchemaValue.object([
                (
                    "if",
                    .object([
                        ("properties", .object([("idType", .object([("const", .string(type))]))])),
                        ("required", .strings(["idType"])),
                    ])
                ),
                ("then", .object([("properties", .object([("idNumber", .object([("pattern", .string(pattern))]))]))])),
            ])
        }
        return [("allOf", .array(conditions))]
    }
}
