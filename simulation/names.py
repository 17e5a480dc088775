"""Words that people, machines and files are named with. Nobody here exists; every domain is a reserved `.example`."""

FIRST = (  # noqa: SIM905 - a list of quoted words reads worse
    "Ada Alan Alba Amir Anika Anton Aoife Arlo Asha Basil Beatrix Bjorn Bruno Callum Carys Celia Chidi Clara Conor "
    "Cora Dafydd Dalia Dario Delia Dina Edith Efe Elias Elin Emil Enid Esme Ewan Farah Felix Fenna Fergus Fiona "
    "Freya Gareth Gita Greta Gwen Hamza Hana Hector Hilda Hugo Ida Idris Imani Ines Iona Isak Ivo Jada Jarek Jasper "
    "Joan Jonas Jude Kaia Karim Kezia Kofi Lara Leif Lena Lewis Lila Linus Lorna Lucas Mabel Magnus Maia Malik "
    "Marta Mateo Meera Milo Mina Morag Nadia Nell Niall Nico Nils Nora Odette Olaf Olga Omar Orla Oscar Owen Petra "
    "Piers Priya Quinn Rafi Ravi"
).split()
LAST = (  # noqa: SIM905 - a list of quoted words reads worse
    "Abbot Adair Alder Amadi Appleby Arkwright Ashdown Bairn Banerjee Barlow Beck Bellamy Birch Blythe Bosko "
    "Bracken Brandt Byrne Calder Carrow Castell Chaudry Clough Coyle Cragg Crane Dacre Dalal Darrow Denholm Dolan "
    "Drummond Dyer Eastwood Ekwueme Elgar Ellery Farrow Fenwick Finch Fofana Frost Gallo Garrick Gilmour Glover "
    "Grange Greer Haddon Hale Harker Hartog Haskell Hawke Heath Holloway Hurst Ibsen Ingram Iqbal Janssen Jarvis "
    "Joyner Kane Kearney Keats Kemble Kessler Kirkby Kovac Lacey Lang Larkin Leclerc Lennox Lindqvist Lomax Lorne "
    "Lowry Mallory Marlow Mbeki Mercer Merrick Moreau Nair Nash Neville Novak Oakes Okafor Olsen Orwin Osei Paget "
    "Palmer Pascoe Penrose Pike Quayle Radley Ramsay Reeve Rossi Rowan Sallow Santos Savic Sefton Shah Skelton "
    "Sorley Stark Stroud Tanner Teague Thorne Tran Tully Udall Vance Varga Vesey Wace Walton Weir Whitby Wilde Wray "
    "Yardley Yusuf Zeller"
).split()

MAIL_DOMAIN = "harrow.example"
OUTSIDE_DOMAINS = (  # noqa: SIM905 - a list of quoted words reads worse
    "turbinecare.example calderpumps.example northgrid.example regulator.example shireinsurance.example "
    "postbox.example quickmail.example lakesuniversity.example valvesandco.example standards.example "
    "catering.example rigging.example"
).split()
EXTENSIONS = ("doc", "pdf", "xls", "jpg", "zip", "dwg", "txt")

WEB = {
    "news": ["dailyherald.example", "worldwire.example", "localpost.example", "weatherwatch.example"],
    "search": ["seekall.example", "findit.example"],
    "business": ["northgrid.example", "turbinecare.example", "calderpumps.example", "valvesandco.example"],
    "technical": ["standards.example", "lakesuniversity.example", "steamtables.example", "codehub.example"],
    "travel": ["railtimes.example", "airfares.example", "hotels.example"],
    "shopping": ["bigbasket.example", "bookbarn.example", "toolshed.example"],
    "social": ["friendface.example", "chatter.example"],
    "sport": ["scoreboard.example", "fellrunner.example"],
    "banking": ["shirebank.example", "pensions.example"],
    "web_mail": ["postbox.example", "quickmail.example"],
    "job_search": ["jobs.example", "careerladder.example", "hiremenow.example"],
    "file_sharing": ["dropcloud.example", "bigfiles.example", "pastehere.example"],
    "hacking": ["keyloggers.example", "crackstation.example"],
}
"""Declared categories of web domains, in falling order of use; the last three are seldom visited."""
