// The one source of `case/v1`. A line a field; the order is the order of the documentation page.

/// A line of the field table.
struct FieldRow: Sendable {
    let path: String
    let type: FieldType
    let isRequired: Bool
    let privacy: PrivacyClass
    let level: DataLevel
    let mask: MaskKind
    let owner: FieldOwner
    let chinese: String
    let meaning: String

    init(
        _ path: String, _ type: FieldType, required: Bool = false, _ privacy: PrivacyClass, _ level: DataLevel,
        mask: MaskKind = .none, _ owner: FieldOwner, _ chinese: String, _ meaning: String
    ) {
        self.path = path
        self.type = type
        self.isRequired = required
        self.privacy = privacy
        self.level = level
        self.mask = mask
        self.owner = owner
        self.chinese = chinese
        self.meaning = meaning
    }

    func info(localPath: String) -> CaseSchema.FieldInfo {
        CaseSchema.FieldInfo(
            path: path, localPath: localPath, type: type, isRequired: isRequired, privacy: privacy, level: level,
            mask: mask, owner: owner, chinese: chinese, meaning: meaning)
    }
}

/// A line of the list table.
struct ListRow: Sendable {
    let path: String
    let key: [String]
    let owner: FieldOwner
    let chinese: String
    let meaning: String
}

extension CaseSchema {
    // swift-format-ignore
    static let fieldTable: [FieldRow] = [
        FieldRow("caseId", .caseID, required: true, .public, .l1, .gateway, "联邦办件编号", "Federation id, minted by the first gateway; unique in the federation."),
        FieldRow("version", .int(1...1_000_000), required: true, .public, .l1, .gateway, "版本", "Number of the last event; 1, 2, 3 …, one per event."),
        FieldRow("registeredAt", .instant, required: true, .public, .l1, .gateway, "登记时间", "When the gateway registered the case; never changes; the key of reconciliation."),
        FieldRow("nationalNumber", .text(max: 50), .internal, .l1, .applying, "国家办件编号", "National number; the 48-digit form is a 31-character task code, yyyyMMdd and 9 digits."),
        FieldRow("item.catalogCode", .catalogCode, required: true, .public, .l1, .applying, "事项基本编码", "Catalogue code of the item, 12 characters."),
        FieldRow("item.taskCode", .taskCode, .public, .l1, .applying, "实施编码", "Implementation code, 31 characters."),
        FieldRow("item.handlingCode", .text(max: 33), .public, .l1, .applying, "业务办理项编码", "Handling item code, 33 characters."),
        FieldRow("item.name", .text(max: 200), required: true, .public, .l1, .applying, "事项名称", "Name of the item."),
        FieldRow("item.type", .code(.itemType), .public, .l1, .applying, "事项类型", "Item type, GB/T 39046 A.1."),
        FieldRow("item.version", .text(max: 20), .public, .l1, .applying, "事项版本", "Version of the item's guide."),
        FieldRow("item.scope", .code(.itemScope), .public, .l1, .applying, "通办范围", "1 nationwide, 2 cross-province, 3 cross-city, 4 cross-county."),
        FieldRow("mode", .code(.mode), required: true, .public, .l1, .applying, "通办模式", "online 全程网办, collect 异地代收代办, joint 多地联办."),
        FieldRow("proactive", .bool, .public, .l1, .handling, "免申即享", "Granted without application."),
        FieldRow("places.applied.division", .division, required: true, .internal, .l1, .applying, "申请地", "Division where the applicant applied."),
        FieldRow("places.applied.unitName", .text(max: 100), .internal, .l1, .applying, "申请地单位", "Unit at the place of application."),
        FieldRow("places.applied.unitUscc", .creditCode, .internal, .l1, .applying, "申请地单位代码", "Credit code of that unit."),
        FieldRow("places.applied.unitCode12", .text(max: 12), .internal, .l1, .applying, "申请地单位编码", "12-character code of that unit."),
        FieldRow("places.collected.division", .division, .internal, .l1, .collecting, "收件地", "Division that collects the papers."),
        FieldRow("places.collected.unitName", .text(max: 100), .internal, .l1, .collecting, "收件单位", "Unit that collects."),
        FieldRow("places.collected.unitUscc", .creditCode, .internal, .l1, .collecting, "收件单位代码", "Credit code of that unit."),
        FieldRow("places.collected.unitCode12", .text(max: 12), .internal, .l1, .collecting, "收件单位编码", "12-character code of that unit."),
        FieldRow("places.result.division", .division, .internal, .l1, .applying, "取件地", "Division where the result is handed out."),
        FieldRow("places.result.unitName", .text(max: 100), .internal, .l1, .applying, "取件单位", "Unit that hands it out."),
        FieldRow("places.handling[].division", .division, required: true, .internal, .l1, .applying, "受理地", "Division in charge; the first is the lead."),
        FieldRow("places.handling[].unitName", .text(max: 100), .internal, .l1, .handling, "受理单位", "Unit in charge."),
        FieldRow("places.handling[].unitUscc", .creditCode, .internal, .l1, .handling, "受理单位代码", "Credit code of that unit."),
        FieldRow("places.handling[].unitCode12", .text(max: 12), .internal, .l1, .handling, "受理单位编码", "12-character code of that unit."),
        FieldRow("channel.kind", .code(.channelKind), .internal, .l1, .applying, "申请渠道", "Way in: web, app, window, self-service, bank outlet, hospital, police station, post."),
        FieldRow("channel.form", .code(.channelForm), .internal, .l1, .applying, "申请方式", "Form of application, GB/T 39046 A.5."),
        FieldRow("channel.site", .text(max: 60), .internal, .l1, .applying, "网点", "Site id of the window, terminal or outlet."),
        FieldRow("applicant.kind", .code(.applicantKind), required: true, .internal, .l2, .applying, "申请人类型", "GB/T 39046 A.4: 1 natural person, 2 enterprise, 3 institution, 4 social organisation, 5 administrative body, 6 other."),
        FieldRow("applicant.name", .text(max: 200), required: true, .personal, .l3, mask: .name, .applying, "申请人", "Name of the applicant."),
        FieldRow("applicant.idType", .code(.idType), required: true, .internal, .l2, .applying, "证件类型", "GA/T 2000.156 number, or USCC."),
        FieldRow("applicant.idNumber", .identityNumber, required: true, .sensitive, .l4, mask: .citizenNumber, .applying, "证件号码", "Identity number."),
        FieldRow("applicant.legalRepresentative.name", .text(max: 100), .personal, .l3, mask: .name, .applying, "法定代表人", "Name of the legal representative."),
        FieldRow("applicant.legalRepresentative.idType", .code(.idType), .internal, .l2, .applying, "法定代表人证件类型", "Type of the representative's document."),
        FieldRow("applicant.legalRepresentative.idNumber", .identityNumber, .sensitive, .l4, mask: .citizenNumber, .applying, "法定代表人证件号码", "Number of the representative's document."),
        FieldRow("applicant.mobile", .text(max: 20), .personal, .l3, mask: .mobile, .applying, "手机", "Mobile number."),
        FieldRow("applicant.email", .text(max: 100), .personal, .l3, mask: .hidden, .applying, "邮箱", "E-mail address."),
        FieldRow("applicant.contactName", .text(max: 100), .personal, .l3, mask: .name, .applying, "联系人", "Contact person of the applicant."),
        FieldRow("applicant.address", .text(max: 300), .personal, .l3, mask: .address, .applying, "地址", "Postal address."),
        FieldRow("applicant.postcode", .text(max: 20), .personal, .l2, .applying, "邮编", "Postcode."),
        FieldRow("applicant.agent.name", .text(max: 100), .personal, .l3, mask: .name, .applying, "代理人", "Name of the agent."),
        FieldRow("applicant.agent.idType", .code(.idType), .internal, .l2, .applying, "代理人证件类型", "Type of the agent's document."),
        FieldRow("applicant.agent.idNumber", .identityNumber, .sensitive, .l4, mask: .citizenNumber, .applying, "代理人证件号码", "Number of the agent's document."),
        FieldRow("applicant.agent.mobile", .text(max: 20), .personal, .l3, mask: .mobile, .applying, "代理人手机", "The agent's mobile number."),
        FieldRow("applicant.agent.authority", .text(max: 100), .internal, .l2, .applying, "授权", "Reference of the authority given."),
        FieldRow("applicant.consent", .text(max: 100), .internal, .l2, .applying, "服务同意书", "Reference of the consent to cross-region service."),
        FieldRow("caseKind", .code(.caseKind), .public, .l1, .applying, "办件类型", "GB/T 39046 A.6: 1 即办件, 2 承诺件, 9 other."),
        FieldRow("limits.statutory.amount", .int(0...3650), .public, .l1, .applying, "法定时限", "Statutory limit."),
        FieldRow("limits.statutory.unit", .code(.limitUnit), .public, .l1, .applying, "法定时限单位", "Unit of the statutory limit."),
        FieldRow("limits.promised.amount", .int(0...3650), .public, .l1, .applying, "承诺时限", "Promised limit."),
        FieldRow("limits.promised.unit", .code(.limitUnit), .public, .l1, .applying, "承诺时限单位", "Unit of the promised limit."),
        FieldRow("appliedAt", .instant, .internal, .l1, .applying, "申请时间", "When the applicant applied."),
        FieldRow("startedAt", .instant, .internal, .l1, .handling, "受理时间", "Acceptance by the handling region; starts the clock."),
        FieldRow("dueAt", .instant, .internal, .l1, .handling, "承诺办结时间", "When the promise runs out."),
        FieldRow("acceptanceNumber", .text(max: 60), .internal, .l1, .handling, "受理文书号", "Number of the acceptance document."),
        FieldRow("pauses[].from", .instant, required: true, .internal, .l1, .handling, "暂停起", "The clock stops."),
        FieldRow("pauses[].to", .instant, .internal, .l1, .handling, "暂停止", "The clock goes on."),
        FieldRow("pauses[].cause", .code(.pauseCause), required: true, .internal, .l1, .handling, "暂停原因", "supplement or special."),
        FieldRow("extensions[].amount", .int(1...3650), required: true, .internal, .l1, .handling, "延长时限", "Extension of the limit."),
        FieldRow("extensions[].unit", .code(.limitUnit), required: true, .internal, .l1, .handling, "延长单位", "Its unit."),
        FieldRow("extensions[].reason", .text(max: 500), .internal, .l2, mask: .hidden, .handling, "延长理由", "Why."),
        FieldRow("extensions[].approvedBy", .text(max: 100), .internal, .l2, mask: .name, .handling, "批准人", "Who approved it."),
        FieldRow("calendar", .text(max: 30), .public, .l1, .gateway, "日历版本", "Edition of the work calendar, with `provisional` when a date lies beyond it."),
        FieldRow("materials[].id", .text(max: 200), required: true, .internal, .l1, .applying, "材料标识", "Key of the material in this case."),
        FieldRow("materials[].code", .text(max: 60), .public, .l1, .applying, "材料编码", "Catalogue code of the material."),
        FieldRow("materials[].name", .text(max: 200), required: true, .internal, .l1, .applying, "材料名称", "Name of the material."),
        FieldRow("materials[].necessity", .code(.necessity), .public, .l1, .applying, "必要性", "required, optional or deferred."),
        FieldRow("materials[].copies", .int(0...999), .internal, .l1, .applying, "份数", "Number of copies."),
        FieldRow("materials[].source", .code(.materialSource), .internal, .l1, .applying, "材料来源", "applicant, licence 证照库, shared 共享核验, commitment 告知承诺, deferred 容缺."),
        FieldRow("materials[].exempt", .bool, .internal, .l1, .applying, "免提交", "Need not be submitted."),
        FieldRow("materials[].provenance.licenceId", .text(max: 120), .internal, .l2, mask: .hidden, .applying, "证照标识", "Licence it was taken from."),
        FieldRow("materials[].provenance.query", .text(max: 120), .internal, .l2, mask: .hidden, .applying, "核验请求", "Query that verified it."),
        FieldRow("materials[].provenance.provider", .text(max: 100), .internal, .l1, .applying, "提供方", "Who provided it."),
        FieldRow("materials[].provenance.verifiedAt", .instant, .internal, .l1, .applying, "核验时间", "When it was verified."),
        FieldRow("materials[].trust", .code(.trust), .internal, .l1, .applying, "可信等级", "A issued by the body in charge, B checked at a window, C uploaded, D declared."),
        FieldRow("materials[].file.name", .text(max: 200), .personal, .l3, mask: .hidden, .applying, "文件名", "File name."),
        FieldRow("materials[].file.mediaType", .text(max: 80), .internal, .l1, .applying, "文件类型", "Media type."),
        FieldRow("materials[].file.size", .int(0...1_000_000_000_000), .internal, .l1, .applying, "文件大小", "Size in bytes."),
        FieldRow("materials[].file.digest", .text(max: 80), .internal, .l1, .applying, "文件摘要", "Digest with its algorithm: `sha256:…`, `md5:…`."),
        FieldRow("materials[].file.location", .text(max: 500), .personal, .l3, mask: .hidden, .applying, "文件位置", "Where it is kept."),
        FieldRow("materials[].originalRequired", .bool, .internal, .l1, .applying, "须交原件", "Whether the original must be seen."),
        FieldRow("materials[].logistics.carrier", .text(max: 60), .internal, .l1, .collecting, "承运方", "Who carries the original."),
        FieldRow("materials[].logistics.trackingNumber", .text(max: 60), .internal, .l2, mask: .hidden, .collecting, "运单号", "Tracking number."),
        FieldRow("materials[].logistics.sentAt", .instant, .internal, .l1, .collecting, "寄出时间", "When it was sent."),
        FieldRow("materials[].logistics.receivedAt", .instant, .internal, .l1, .handling, "收到时间", "When it arrived."),
        FieldRow("form[].key", .text(max: 100), required: true, .internal, .l1, .applying, "表单项", "Key of a form field."),
        FieldRow("form[].value", .text(max: 2000), required: true, .sensitive, .l4, mask: .hidden, .applying, "表单值", "Its value."),
        FieldRow("form[].prefilled", .bool, .internal, .l1, .applying, "免填写", "Filled from shared data."),
        FieldRow("form[].provenance", .text(max: 200), .internal, .l1, .applying, "来源", "Where the value came from."),
        FieldRow("form[].level", .code(.level), .internal, .l1, .applying, "分级", "Data level of the value."),
        FieldRow("commitments[].kind", .code(.commitmentKind), required: true, .internal, .l1, .applying, "承诺类型", "deferred 容缺 or declaration 告知承诺."),
        FieldRow("commitments[].materials", .texts(max: 50), .internal, .l1, .applying, "承诺材料", "Keys or names of the materials owed or declared."),
        FieldRow("commitments[].madeAt", .instant, .internal, .l1, .applying, "承诺时间", "When the promise was made."),
        FieldRow("commitments[].dueAt", .instant, .internal, .l1, .applying, "补交期限", "Until when it must be kept."),
        FieldRow("commitments[].fulfilledAt", .instant, .internal, .l1, .applying, "补齐时间", "When it was kept."),
        FieldRow("commitments[].document", .text(max: 120), .internal, .l2, mask: .hidden, .applying, "承诺书", "Reference of the signed promise."),
        FieldRow("status", .code(.status), required: true, .public, .l1, .anyone, "状态", "State of the case."),
        FieldRow("statusRaw.table", .text(max: 60), .internal, .l1, .anyone, "原状态表", "Name of the sender's code table."),
        FieldRow("statusRaw.code", .text(max: 60), .internal, .l1, .anyone, "原状态码", "The sender's own code."),
        FieldRow("events[].seq", .int(1...1_000_000), .internal, .l1, .anyone, "序号", "Order among the entries."),
        FieldRow("events[].action", .text(max: 60), required: true, .internal, .l1, .anyone, "环节", "What was done: a canonical state or the sender's own word."),
        FieldRow("events[].step", .text(max: 100), .internal, .l1, .anyone, "环节名称", "Name of the step."),
        FieldRow("events[].unit", .text(max: 100), .internal, .l1, .anyone, "办理单位", "Unit."),
        FieldRow("events[].officer", .text(max: 100), .personal, .l2, mask: .name, .anyone, "办理人", "Officer."),
        FieldRow("events[].opinion", .text(max: 2000), .sensitive, .l3, mask: .hidden, .anyone, "办理意见", "Opinion."),
        FieldRow("events[].startedAt", .instant, required: true, .internal, .l1, .anyone, "开始时间", "When it began."),
        FieldRow("events[].endedAt", .instant, .internal, .l1, .anyone, "结束时间", "When it ended; absent while unfinished."),
        FieldRow("events[].reportedBy", .region, .internal, .l1, .gateway, "报送区域", "Region that reported it."),
        FieldRow("events[].raw", .text(max: 60), .internal, .l1, .anyone, "原代码", "The sender's own code."),
        FieldRow("special[].kind", .code(.specialKind), required: true, .internal, .l1, .handling, "特别程序类型", "GB/T 39046 A.7: 1 extension, 2 other."),
        FieldRow("special[].name", .text(max: 100), .internal, .l1, .handling, "特别程序名称", "Name."),
        FieldRow("special[].reason", .text(max: 500), .internal, .l2, mask: .hidden, .handling, "理由", "Why."),
        FieldRow("special[].startedAt", .instant, required: true, .internal, .l1, .handling, "开始时间", "When it began."),
        FieldRow("special[].endedAt", .instant, .internal, .l1, .handling, "结束时间", "When it ended."),
        FieldRow("special[].result", .text(max: 500), .internal, .l2, mask: .hidden, .handling, "结果", "How it ended."),
        FieldRow("supplements[].requestedAt", .instant, required: true, .internal, .l1, .handling, "补正告知时间", "When a supplement was asked for."),
        FieldRow("supplements[].dueAt", .instant, .internal, .l1, .handling, "补正期限", "Until when."),
        FieldRow("supplements[].items", .texts(max: 50), .internal, .l2, .handling, "补正清单", "What is missing, complete (一次告知)."),
        FieldRow("supplements[].reason", .text(max: 500), .internal, .l2, mask: .hidden, .handling, "补正理由", "Why."),
        FieldRow("supplements[].answeredAt", .instant, .internal, .l1, .applying, "补正时间", "When it was handed in."),
        FieldRow("result.outcome", .code(.outcome), .public, .l1, .handling, "办理结果", "granted, denied, notAccepted, returned, withdrawn, voided, forwarded, supplementTimeout, done."),
        FieldRow("result.decidedAt", .instant, .internal, .l1, .handling, "办结时间", "When it was decided."),
        FieldRow("result.description", .text(max: 1000), .sensitive, .l3, mask: .hidden, .handling, "结果描述", "What was decided."),
        FieldRow("result.licences[].name", .text(max: 200), required: true, .internal, .l2, .handling, "证照名称", "Name of the licence."),
        FieldRow("result.licences[].number", .text(max: 100), .personal, .l3, mask: .hidden, .handling, "证照号码", "Number of the licence."),
        FieldRow("result.licences[].licenceId", .text(max: 120), .internal, .l2, mask: .hidden, .handling, "证照标识", "GB/T 36904 identifier."),
        FieldRow("result.licences[].validFrom", .date, .internal, .l1, .handling, "有效期起", "Valid from."),
        FieldRow("result.licences[].validTo", .date, .internal, .l1, .handling, "有效期止", "Valid to."),
        FieldRow("result.licences[].state", .code(.licenceState), .internal, .l1, .handling, "证照状态", "State 01–07, 99."),
        FieldRow("result.licences[].document", .text(max: 200), .personal, .l3, mask: .hidden, .handling, "证照文件", "Reference of the document."),
        FieldRow("result.seals[].name", .text(max: 100), required: true, .internal, .l1, .handling, "印章名称", "Name of the seal."),
        FieldRow("result.seals[].kind", .text(max: 40), .internal, .l1, .handling, "印章类型", "Kind."),
        FieldRow("result.seals[].serial", .text(max: 60), required: true, .internal, .l1, .handling, "印章编号", "Serial number."),
        FieldRow("result.seals[].sealedAt", .instant, .internal, .l1, .handling, "用印时间", "When it was applied."),
        FieldRow("result.seals[].algorithm", .text(max: 40), .internal, .l1, .handling, "签名算法", "Signature algorithm."),
        FieldRow("result.seals[].valid", .bool, .internal, .l1, .handling, "验签结果", "Whether it verified."),
        FieldRow("result.archive.reference", .text(max: 120), .internal, .l1, .handling, "归档号", "Archive reference."),
        FieldRow("result.archive.digest", .digest, .internal, .l1, .handling, "归档摘要", "Digest of the archive package."),
        FieldRow("delivery.way", .code(.deliveryWay), .internal, .l1, .applying, "取件方式", "self, express, electronic, terminal."),
        FieldRow("delivery.recipient", .text(max: 100), .personal, .l3, mask: .name, .applying, "收件人", "Who receives the result."),
        FieldRow("delivery.mobile", .text(max: 20), .personal, .l3, mask: .mobile, .applying, "收件人电话", "Mobile number of the recipient."),
        FieldRow("delivery.address", .text(max: 300), .personal, .l3, mask: .address, .applying, "收件地址", "Address."),
        FieldRow("delivery.carrier", .text(max: 60), .internal, .l1, .handling, "承运方", "Carrier."),
        FieldRow("delivery.trackingNumber", .text(max: 60), .internal, .l2, mask: .hidden, .handling, "运单号", "Tracking number."),
        FieldRow("delivery.sentAt", .instant, .internal, .l1, .handling, "寄出时间", "When it was sent."),
        FieldRow("delivery.signedAt", .instant, .internal, .l1, .handling, "签收时间", "When it was signed for."),
        FieldRow("bundle.bundleId", .text(max: 60), .internal, .l1, .applying, "一件事编号", "Number of the bundle."),
        FieldRow("bundle.theme", .text(max: 60), .public, .l1, .applying, "主题", "Theme of the bundle."),
        FieldRow("bundle.role", .code(.bundleRole), .internal, .l1, .applying, "角色", "main or child."),
        FieldRow("bundle.childOf", .text(max: 60), .internal, .l1, .applying, "主办件", "Case or local number of the main case."),
        FieldRow("bundle.after", .texts(max: 60), .internal, .l1, .applying, "前置事项", "Children that must finish first."),
        FieldRow("rating.channel", .code(.channelKind), .internal, .l1, .applying, "评价渠道", "Where the rating was given."),
        FieldRow("rating.score", .int(1...5), .internal, .l1, .applying, "评价", "GB/T 39046 A.8: 1 very satisfied … 5 very dissatisfied."),
        FieldRow("rating.text", .text(max: 500), .sensitive, .l3, mask: .hidden, .applying, "评价内容", "Text."),
        FieldRow("rating.at", .instant, .internal, .l1, .applying, "评价时间", "When."),
        FieldRow("fee.amount", .decimal, .internal, .l2, .handling, "费用", "Amount in CNY."),
        FieldRow("fee.paymentNumber", .text(max: 60), .internal, .l2, mask: .hidden, .applying, "缴款码", "Payment number."),
        FieldRow("fee.paidAt", .instant, .internal, .l1, .applying, "缴费时间", "When it was paid."),
        FieldRow("savings.stepsBefore", .int(0...999), .public, .l1, .handling, "原环节数", "Steps before the reform."),
        FieldRow("savings.stepsAfter", .int(0...999), .public, .l1, .handling, "现环节数", "Steps now."),
        FieldRow("savings.materialsBefore", .int(0...999), .public, .l1, .handling, "原材料数", "Materials before."),
        FieldRow("savings.materialsAfter", .int(0...999), .public, .l1, .handling, "现材料数", "Materials now."),
        FieldRow("savings.limitBefore", .int(0...3650), .public, .l1, .handling, "原时限", "Limit before, working days."),
        FieldRow("savings.limitAfter", .int(0...3650), .public, .l1, .handling, "现时限", "Limit now, working days."),
        FieldRow("savings.visitsBefore", .int(0...99), .public, .l1, .handling, "原跑动次数", "Visits before."),
        FieldRow("savings.visitsAfter", .int(0...99), .public, .l1, .handling, "现跑动次数", "Visits now."),
        FieldRow("branches[].region", .region, required: true, .internal, .l1, .handling, "分办区域", "Region of a branch of a joint case."),
        FieldRow("branches[].status", .code(.status), required: true, .public, .l1, .handling, "分办状态", "State of the branch."),
        FieldRow("branches[].acceptedAt", .instant, .internal, .l1, .handling, "分办受理时间", "When the branch was accepted."),
        FieldRow("branches[].outcome", .code(.outcome), .public, .l1, .handling, "分办结果", "Outcome of the branch."),
        FieldRow("branches[].decidedAt", .instant, .internal, .l1, .handling, "分办办结时间", "When the branch was decided."),
        FieldRow("localNumbers[].region", .region, required: true, .internal, .l1, .anyone, "区域", "Region whose number it is."),
        FieldRow("localNumbers[].scheme", .text(max: 30), required: true, .internal, .l1, .anyone, "编号类型", "Name of the number in that region's format."),
        FieldRow("localNumbers[].value", .text(max: 60), required: true, .internal, .l2, .anyone, "编号", "The number."),
        FieldRow("ext[].region", .region, required: true, .internal, .l2, .anyone, "区域", "Region whose field it is."),
        FieldRow("ext[].key", .text(max: 100), required: true, .internal, .l2, .anyone, "字段", "Local path of the field."),
        FieldRow("ext[].value", .text(max: 4000), required: true, .sensitive, .l4, mask: .hidden, .anyone, "值", "Its value as sent."),
    ]

    // swift-format-ignore
    static let listTable: [ListRow] = [
        ListRow(path: "places.handling", key: ["division"], owner: .applying, chinese: "受理地", meaning: "Regions in charge, the lead first."),
        ListRow(path: "pauses", key: ["from"], owner: .handling, chinese: "暂停", meaning: "Pauses of the clock."),
        ListRow(path: "extensions", key: ["amount", "unit", "reason"], owner: .handling, chinese: "延长", meaning: "Extensions of the limit."),
        ListRow(path: "materials", key: ["id"], owner: .applying, chinese: "材料", meaning: "What is handed in, owed, declared or taken from a library."),
        ListRow(path: "form", key: ["key"], owner: .applying, chinese: "表单", meaning: "Form fields."),
        ListRow(path: "commitments", key: ["kind", "madeAt"], owner: .applying, chinese: "承诺", meaning: "Materials owed and declarations."),
        ListRow(path: "events", key: ["action", "startedAt"], owner: .anyone, chinese: "办理过程", meaning: "Process entries as the regions report them."),
        ListRow(path: "special", key: ["kind", "startedAt"], owner: .handling, chinese: "特别程序", meaning: "Special procedures."),
        ListRow(path: "supplements", key: ["requestedAt"], owner: .handling, chinese: "补正", meaning: "Supplements asked for."),
        ListRow(path: "result.licences", key: ["name", "number"], owner: .handling, chinese: "证照", meaning: "Licences issued."),
        ListRow(path: "result.seals", key: ["serial"], owner: .handling, chinese: "印章", meaning: "Seals applied."),
        ListRow(path: "branches", key: ["region"], owner: .handling, chinese: "分办", meaning: "Branches of a joint case."),
        ListRow(path: "localNumbers", key: ["region", "scheme"], owner: .anyone, chinese: "本地编号", meaning: "Every region's own numbers."),
        ListRow(path: "ext", key: ["region", "key"], owner: .anyone, chinese: "扩展", meaning: "What adapters carry and let travel."),
    ]
}
