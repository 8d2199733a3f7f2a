/** What a column of people may hold, and the names that it goes by in the exports of HR systems and directories. */
const spellings = {
  key: 'employeeid employeenumber employeeno employeenr employee personid personnumber personnelnumber personnelid personalnummer pernr staffid staffnumber workerid workernumber associateid userid uid guid uuid objectguid externalid hrid id number',
  userName: 'username login loginname userprincipalname upn samaccountname account accountname benutzername',
  email:
    'email emailaddress mail mailaddress workemail workemailaddress primaryemail businessemail companyemail emailwork primaryworkemail officeemail emailbusiness',
  givenName:
    'firstname givenname forename preferredfirstname legalfirstname vorname prenom nombre fname first',
  familyName: 'lastname familyname surname sn legallastname nachname nom apellido apellidos lname last',
  displayName: 'displayname fullname name preferredname commonname cn anzeigename',
  title: 'title jobtitle position positiontitle businesstitle job jobposition designation stelle',
  userType: 'usertype employeetype workertype employmenttype contracttype',
  preferredLanguage: 'preferredlanguage language lang sprache',
  locale: 'locale',
  timezone: 'timezone tz',
  phone:
    'phone phonenumber telephone telephonenumber workphone businessphone officephone mobile mobilephone cellphone telefon',
  status: 'status employmentstatus employeestatus workerstatus accountstatus userstatus state',
  accountControl: 'useraccountcontrol',
  active: 'active isactive enabled isenabled accountenabled',
  endDate: 'enddate terminationdate lastday lastdayofwork contractenddate leavedate exitdate austrittsdatum',
  employeeNumber: 'employeenumber employeeno employeenr personnelnumber personalnummer',
  costCenter: 'costcenter costcentre costcentercode kostenstelle',
  organization: 'organization organisation company companyname legalentity',
  division: 'division businessunit',
  department: 'department departmentname dept team abteilung',
  manager:
    'managerid manageremployeeid manageremployeenumber managernumber supervisorid supervisoremployeeid reportstoid managerpersonid managerworkerid',
  groups: 'groups group groupnames memberof teams',
} as const;

export type Field = keyof typeof spellings;

/** The column of a header that most likely holds a field; better-known spellings win. */
export function columnFor(field: Field, columns: readonly string[]): string | undefined {
  for (const spelling of spellings[field].split(' ')) {
    const found = columns.find((column) => folded(column) === spelling);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `record.employee_id`, or `record["Employee ID"]` where the name is no plain word. */
export function columnReference(column: string): string {
  const isWord = /^[A-Za-z_][A-Za-z0-9_]*$/.test(column) && !/^(?:true|false|null|in)$/.test(column);
  return isWord ? `record.${column}` : `record[${JSON.stringify(column)}]`;
}

/** `Employee ID`, `employee_id` and `EmployeeId` are one spelling; `Employee #` is a number. */
function folded(column: string): string {
  return column
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll('#', 'number')
    .replaceAll(/[^a-z0-9]/g, '');
}
