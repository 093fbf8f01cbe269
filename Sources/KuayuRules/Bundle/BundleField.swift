import KuayuModel

/// Fields that the rules of bundles speak of.
enum BundleField {
    static let bundleID = Field.named("bundle.bundleId")
    static let theme = Field.named("bundle.theme")
    static let role = Field.named("bundle.role")
    static let childOf = Field.named("bundle.childOf")
    static let after = Field.named("bundle.after")

    static let itemType = Field.named("item.type")
    static let appliedAt = Field.named("appliedAt")
    static let resultDivision = Field.named("places.result.division")
    static let site = Field.named("channel.site")
    static let deliveryWay = Field.named("delivery.way")
    static let deliveryAddress = Field.named("delivery.address")
    static let applicantNumber = Field.named("applicant.idNumber")
    static let promisedAmount = Field.named("limits.promised.amount")
    static let promisedUnit = Field.named("limits.promised.unit")
    static let resultDescription = Field.named("result.description")

    static let formKey = Field.named("form[].key")
    static let formValue = Field.named("form[].value")
    static let materialID = Field.named("materials[].id")
    static let materialCode = Field.named("materials[].code")
    static let materialName = Field.named("materials[].name")
    static let materialSource = Field.named("materials[].source")
    static let materialNecessity = Field.named("materials[].necessity")
    static let materialFile = Field.named("materials[].file.location")
    static let materialDigest = Field.named("materials[].file.digest")
    static let requestedAt = Field.named("supplements[].requestedAt")
    static let answeredAt = Field.named("supplements[].answeredAt")
    static let supplementItems = Field.named("supplements[].items")

    static let form = ListField.named("form")
    static let commitments = ListField.named("commitments")
    static let supplements = ListField.named("supplements")

    /// What a place says, in the same order for the place of application, of collection and of each division in charge.
    static let appliedPlace = place("places.applied")
    static let collectedPlace = place("places.collected")
    static let handlingPlace = place("places.handling[]")

    private static func place(_ path: String) -> [Field] {
        ["division", "unitName", "unitUscc", "unitCode12"].map { .named("\(path).\($0)") }
    }

    /// Fields of the applying side that every case of a bundle has alike.
    static let sharedScalars = CaseSchema.v1.allFields.filter { field in
        let info = CaseSchema.v1.info(field)
        return field.list < 0 && info.owner == .applying
            && (info.path == "appliedAt"
                || ["applicant.", "channel.", "places.applied.", "places.result.", "delivery."].contains {
                    info.path.hasPrefix($0)
                })
    }

    /// Lists that every case of a bundle has alike, with the columns that the applying side fills.
    static let sharedLists: [(list: ListField, columns: [Field])] = [.materials, form, commitments].map { list in
        (list, CaseSchema.v1.info(list).fields.filter { CaseSchema.v1.info($0).owner == .applying })
    }

    /// The entries of a list of texts.
    static func entries(_ text: String?) -> [String] {
        text?.split(separator: "\n").map(String.init) ?? []
    }

    /// A text as it is compared: without blanks around it, full-width letters and digits folded.
    static func folded(_ text: String) -> String { TextRules.trimmed(TextRules.foldedWidth(text)) }
}
