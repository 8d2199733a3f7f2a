/**
 * Names for the sample company, in the scripts that a real company's export is full of. Each entry is a name as its
 * owner writes it and, last, how it is spelt in an e-mail address. Family names that change with gender stand beside
 * given names of that gender. The pairs are drawn at random: any likeness to somebody is chance.
 */
const tongues = [
  {
    given: 'Žofie zofie, Eliška eliska, Šárka sarka, Růžena ruzena, Běla bela',
    family: 'Říhová rihova, Kučerová kucerova, Šťastná stastna, Hořejší horejsi, Vlčková vlckova',
  },
  {
    given: 'Łukasz lukasz, Bożena bozena, Zdzisław zdzislaw, Małgorzata malgorzata, Grażyna grazyna',
    family: 'Wójcik wojcik, Gołąb golab, Źrebiec zrebiec, Kędzior kedzior, Mżyk mzyk',
  },
  {
    given: 'Çağla cagla, Işıl isil, Gökhan gokhan, Şule sule, Özgür ozgur, İrem irem',
    family: 'Yıldızlı yildizli, Çelikkol celikkol, Öztürkmen ozturkmen, Güneşli gunesli, Karadağlı karadagli',
  },
  {
    order: 'family given',
    given: 'Minh Đức minhduc, Hồng Ánh honganh, Quỳnh Như quynhnhu, Thu Thảo thuthao, Bảo Lộc baoloc',
    family: 'Nguyễn nguyen, Trần tran, Phạm pham, Đặng dang, Vũ vu',
  },
  {
    given: 'Þórdís thordis, Sæunn saeunn, Ásgerður asgerdur, Guðný gudny, Hrafnhildur hrafnhildur',
    family:
      'Björnsdóttir bjornsdottir, Þórðardóttir thordardottir, Ægisdóttir aegisdottir, Karlsdóttir karlsdottir',
  },
  {
    given: 'Jürgen juergen, Käthe kaethe, Søren soeren, Åse aase, Göran goeran',
    family: 'Groß gross, Müßig muessig, Ødegård odegaard, Sjöqvist sjoeqvist, Nørgaard noergaard',
  },
  {
    given: 'Anaïs anais, François francois, Inês ines, João joao, Begoña begona, Zoë zoe',
    family: 'Lefèvre lefevre, Côté cote, Muñoz munoz, Conceição conceicao, Gonçalves goncalves',
  },
  {
    given: 'Títílayọ̀ titilayo, Ọláolúwa olaoluwa, Ìfẹ́olúwa ifeoluwa, Adébísí adebisi',
    family: 'Ògúnlẹ́yẹ ogunleye, Adéwálé adewale, Akínyẹmí akinyemi, Ọ̀ṣúnkẹ́yẹ osunkeye',
  },
  {
    given: 'Róisín roisin, Hugo hugo, Marta marta, Edwin edwin, Priscilla priscilla, Desmond desmond',
    family: 'Hartwell hartwell, Quillfeather quillfeather, Tidewater tidewater, D’Arcy-Wells darcy-wells',
  },
  {
    given: 'Ελένη eleni, Δήμητρα dimitra, Αγγελική angeliki, Κατερίνα katerina, Χρυσούλα chrysoula',
    family:
      'Παπαδάκη papadaki, Κωστοπούλου kostopoulou, Λιάκου liakou, Ζαχαρίου zachariou, Μαυρίδου mavridou',
  },
  {
    given: 'Оксана oksana, Богдан bohdan, Соломія solomiia, Тарас taras, Злата zlata',
    family: 'Ковальчук kovalchuk, Лисенко lysenko, Гончар honchar, Ткачук tkachuk, Щербань shcherban',
  },
  {
    given: 'Јелена jelena, Љубица ljubica, Немања nemanja, Ђорђе djordje, Весна vesna',
    family: 'Ђурић djuric, Њежић njezic, Живковић zivkovic, Шљивић sljivic, Џамбић dzambic',
  },
  {
    given: 'ليلى layla, يوسف yusuf, نور nour, سلمى salma, بشير bashir',
    family: 'الخطيب alkhatib, حداد haddad, منصور mansour, النجار alnajjar, قاسم qasim',
  },
  {
    given: 'נועה noa, יעל yael, איתן eitan, תמר tamar, אורי uri',
    family: 'מזרחי mizrahi, פרידמן fridman, שפירא shapira, בן־דוד bendavid, אלקלעי alkalai',
  },
  {
    given: 'आरव aarav, मृणाल mrinal, कविता kavita, वेदांत vedant, ईशा isha',
    family: 'कुलकर्णी kulkarni, त्रिपाठी tripathi, देशपांडे deshpande, चतुर्वेदी chaturvedi, पंड्या pandya',
  },
  {
    given: 'அன்பு anbu, தமிழ்செல்வி tamilselvi, கயல் kayal, இளங்கோ ilango, மலர் malar',
    family: 'பழனி palani, முருகன் murugan, சேகர் sekar, குமரன் kumaran, வேலு velu',
  },
  {
    given: 'অনন্যা ananya, শুভ shubho, মিতালি mitali, রিমা rima, তনয় tanoy',
    family: 'চট্টোপাধ্যায় chattopadhyay, মজুমদার majumdar, হালদার haldar, পাল pal, সেন sen',
  },
  {
    order: 'familygiven',
    given: '思远 siyuan, 晓梅 xiaomei, 子涵 zihan, 雨桐 yutong, 乐天 letian',
    family: '王 wang, 李 li, 陈 chen, 欧阳 ouyang, 赵 zhao',
  },
  {
    order: 'familygiven',
    given: '怡君 yichun, 志豪 chihhao, 淑芬 shufen, 家瑋 chiawei, 佩珊 peishan',
    family: '林 lin, 黃 huang, 張 chang, 蔡 tsai, 鄭 cheng',
  },
  {
    order: 'familygiven',
    given: '여울 yeoul, 미르 mireu, 슬찬 seulchan, 다온 daon, 라온 raon',
    family: '김 kim, 박 park, 최 choi, 남궁 namgung, 서 seo',
  },
  {
    order: 'family given',
    given: 'さくら sakura, ひかり hikari, みどり midori, カレン karen, まさと masato',
    family: '佐々木 sasaki, 斎藤 saito, 小鳥遊 takanashi, 渡邉 watanabe, クルス kurusu',
  },
  {
    given: 'สมชาย somchai, มาลี malee, ณัฐพล natthaphon, กาญจนา kanchana, อรุณ arun',
    family: 'วงศ์ไทย wongthai, ศรีสุข srisuk, บุญมี boonmee, แก้วใส kaeosai, ทองดี thongdee',
  },
  {
    given: 'ნინო nino, ლაშა lasha, თამარ tamar, ზურაბ zurab, ქეთევან ketevan',
    family: 'ბერიძე beridze, კაპანაძე kapanadze, მაისურაძე maisuradze, ლომიძე lomidze, წიკლაური tsiklauri',
  },
  {
    given: 'Անահիտ anahit, Վահե vahe, Նարե nare, Հրաչյա hrachya, Լուսինե lusine',
    family: 'Դարբինյան darbinyan, Մելիքսեթյան meliksetyan, Ոսկանյան voskanyan, Այվազյան ayvazyan',
  },
  {
    given: 'ብርሃን birhan, ሰላም selam, ናሆም nahom, ማህሌት mahlet, ዮናስ yonas',
    family: 'ገብረ gebre, ተስፋዬ tesfaye, በቀለ bekele, ወልደ wolde, ኃይሉ hailu',
  },
];

/** `Minh Đức minhduc` → what is written, and how it is spelt in an address. */
function parts(list) {
  return list.split(', ').map((entry) => {
    const space = entry.lastIndexOf(' ');
    return { written: entry.slice(0, space).normalize('NFC'), spelt: entry.slice(space + 1) };
  });
}

/** Every name that the lists can make, each list's in an array of its own. */
export function names() {
  return tongues.map(({ given, family, order = 'given family' }) =>
    parts(given).flatMap((first) =>
      parts(family).map((last) => ({
        first: first.written,
        last: last.written,
        display: order.replace('given', first.written).replace('family', last.written),
        address: `${first.spelt}.${last.spelt}`,
      })),
    ),
  );
}
