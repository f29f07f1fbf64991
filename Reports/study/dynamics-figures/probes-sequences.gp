# Fixed responses while runs learn
#
# Change since base of the log-probability of a response, mean over the responses of a kind,
# nats, of fixed responses: what the teacher, the far teacher (none of these runs learns from
# it) and the native teacher (base's own notation) write on held-out problems, base's right and
# wrong answers to them, its right answers given to other problems, and the mixture that base
# was trained on. Above 0: more likely than under base. Lines: mean over 4 seeds of the seeds'
# differences at checkpoints that all have; step 0 is drawn left of 1. Marks behind the last
# step: the end on all texts, of which the lines are a part. Shaded, bars: 95 % interval of each
# mean by itself, Student's t over seeds. sft-rl starts from sft-half. Ends, with 95 % intervals
# each by itself. sft up: teacher's 140.1 [127.8, 152.3]; down: base's right −88.2 [−119.5,
# −56.9], base's wrong −89.8 [−119.8, −59.8], native teacher's −85.2 [−122.4, −48.1], earlier
# mixture −75.8 [−106.9, −44.8], right answer to another problem −94.6 [−129.7, −59.4];
# undecided: far teacher's −13.5 [−65.9, 38.9]. sft-own down: teacher's −42.1 [−50.1, −34.1],
# base's right −9.2 [−10.5, −7.9], base's wrong −13.6 [−14.4, −12.8], native teacher's −4.4
# [−7.1, −1.8], earlier mixture −12.0 [−14.8, −9.3], right answer to another problem −29.3
# [−32.4, −26.2], far teacher's −40.5 [−55.4, −25.5]. rl up: native teacher's 2.5 [1.2, 3.7];
# down: base's right −5.7 [−9.2, −2.2], base's wrong −9.3 [−13.9, −4.8], earlier mixture −5.1
# [−9.4, −0.8], right answer to another problem −12.2 [−17.6, −6.8]; undecided: teacher's −7.9
# [−18.3, 2.5], far teacher's −1.4 [−12.3, 9.4]. srft up: teacher's 138.4 [127.5, 149.4]; down:
# base's right −43.6 [−68.7, −18.4], base's wrong −44.8 [−69.0, −20.6], native teacher's −43.0
# [−71.3, −14.7], earlier mixture −35.8 [−55.5, −16.2], right answer to another problem −50.0
# [−76.4, −23.6]; undecided: far teacher's −0.2 [−34.8, 34.5]. sft-rl up: teacher's 139.8
# [127.8, 151.8]; down: base's right −82.2 [−114.5, −49.9], base's wrong −83.6 [−113.8, −53.4],
# native teacher's −79.8 [−121.1, −38.4], earlier mixture −69.7 [−98.8, −40.7], right answer to
# another problem −86.4 [−120.5, −52.2]; undecided: far teacher's −7.1 [−56.8, 42.6].
#
# Run in this folder, gnuplot 5.4 or newer:  gnuplot probes-sequences.gp
# It reads probes-sequences.tsv and writes probes-sequences.svg and probes-sequences.pdf.

set encoding utf8
do for [format in 'svg pdf'] {
  if (format eq 'svg') {
    set terminal svg size 486,314 fixed enhanced font 'Liberation Sans,9' dashlength 2 name 'f_probes_sequences' background '#ffffff'
    text_column = 7
  } else {
    set terminal pdfcairo size 486./72,314./72 enhanced font 'Liberation Sans,9' fontscale 0.75 linewidth 2 dashlength 3.636 background '#ffffff'
    # 8: characters that a PDF's fonts may lack are boxes; 7: as they are, as in the SVG
    text_column = 8
  }
  set output 'probes-sequences.'.format
  set multiplot

  # panel 1
  reset
  set datafile separator "\t"
  set lmargin at screen 0.07849
  set rmargin at screen 0.31787
  set bmargin at screen 0.52229
  set tmargin at screen 0.83758
  set border 15 linewidth 0.5
  set xrange [0.5:2613]
  set logscale x
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0.5, '1' 1, '10' 10, '100' 100, 'end' 780.0804783232628)
  set yrange [-153.40336449939764:164.79569880440752]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('−100' -100, '0' 0, '100' 100)
  set label 'sft' at screen 0.19818,0.85987 center noenhanced front
  set label 'step from base' at screen 0.19818,0.46178 center noenhanced front
  set label 'change of log p (nats/text)' at screen 0.01646,0.67994 center rotate by 90 noenhanced front
  unset colorbox
  set arrow from screen 0.05884,0.97293 to screen 0.09588,0.97293 nohead linewidth 1 linecolor rgb '#e69f00' dashtype solid
  set label 'teacher'."'".'s' at screen 0.10411,0.97293 left font ',8' noenhanced front
  set arrow from screen 0.36118,0.97293 to screen 0.39821,0.97293 nohead linewidth 1 linecolor rgb '#0072b2' dashtype solid
  set label 'base'."'".'s right' at screen 0.40644,0.97293 left font ',8' noenhanced front
  set arrow from screen 0.66351,0.97293 to screen 0.70055,0.97293 nohead linewidth 1 linecolor rgb '#d55e00' dashtype (5,2)
  set label 'base'."'".'s wrong' at screen 0.70878,0.97293 left font ',8' noenhanced front
  set arrow from screen 0.05884,0.9379 to screen 0.09588,0.9379 nohead linewidth 1 linecolor rgb '#56b4e9' dashtype (6,1.6,1.2,1.6)
  set label 'native teacher'."'".'s' at screen 0.10411,0.9379 left font ',8' noenhanced front
  set arrow from screen 0.36118,0.9379 to screen 0.39821,0.9379 nohead linewidth 1 linecolor rgb '#000000' dashtype (1.2,1.6)
  set label 'earlier mixture' at screen 0.40644,0.9379 left font ',8' noenhanced front
  set arrow from screen 0.66351,0.9379 to screen 0.70055,0.9379 nohead linewidth 1 linecolor rgb '#009e73' dashtype (2.6,1.5)
  set label 'right answer to another problem' at screen 0.70878,0.9379 left font ',8' noenhanced front
  set arrow from screen 0.05884,0.90287 to screen 0.09588,0.90287 nohead linewidth 1 linecolor rgb '#cc79a7' dashtype (1.2,1.6)
  set label 'far teacher'."'".'s' at screen 0.10411,0.90287 left font ',8' noenhanced front
  plot 'probes-sequences.tsv' index 0 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'probes-sequences.tsv' index 1 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#e69f00' notitle, \
    'probes-sequences.tsv' index 2 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#0072b2' notitle, \
    'probes-sequences.tsv' index 3 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#d55e00' notitle, \
    'probes-sequences.tsv' index 4 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#56b4e9' notitle, \
    'probes-sequences.tsv' index 5 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#000000' notitle, \
    'probes-sequences.tsv' index 6 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#009e73' notitle, \
    'probes-sequences.tsv' index 7 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#cc79a7' notitle, \
    'probes-sequences.tsv' index 8 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'probes-sequences.tsv' index 9 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype solid notitle, \
    'probes-sequences.tsv' index 10 using 1:2 with lines linewidth 1 linecolor rgb '#d55e00' dashtype (5,2) notitle, \
    'probes-sequences.tsv' index 11 using 1:2 with lines linewidth 1 linecolor rgb '#56b4e9' dashtype (6,1.6,1.2,1.6) notitle, \
    'probes-sequences.tsv' index 12 using 1:2 with lines linewidth 1 linecolor rgb '#000000' dashtype (1.2,1.6) notitle, \
    'probes-sequences.tsv' index 13 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype (2.6,1.5) notitle, \
    'probes-sequences.tsv' index 14 using 1:2 with lines linewidth 1 linecolor rgb '#cc79a7' dashtype (1.2,1.6) notitle, \
    'probes-sequences.tsv' index 15 using 1:2 with points pointtype 7 pointsize 0.5 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'probes-sequences.tsv' index 16 using 1:2 with points pointtype 5 pointsize 0.5 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'probes-sequences.tsv' index 17 using 1:2 with points pointtype 9 pointsize 0.5 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'probes-sequences.tsv' index 18 using 1:2 with points pointtype 13 pointsize 0.5 linewidth 0.7 linecolor rgb '#56b4e9' notitle, \
    'probes-sequences.tsv' index 19 using 1:2 with points pointtype 2 pointsize 0.5 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'probes-sequences.tsv' index 20 using 1:2 with points pointtype 6 pointsize 0.5 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'probes-sequences.tsv' index 21 using 1:2 with points pointtype 4 pointsize 0.5 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'probes-sequences.tsv' index 22 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'probes-sequences.tsv' index 23 using 1:2 with points pointtype 7 pointsize 0.5 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'probes-sequences.tsv' index 24 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype solid notitle, \
    'probes-sequences.tsv' index 25 using 1:2 with points pointtype 5 pointsize 0.5 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'probes-sequences.tsv' index 26 using 1:2 with lines linewidth 1 linecolor rgb '#d55e00' dashtype solid notitle, \
    'probes-sequences.tsv' index 27 using 1:2 with points pointtype 9 pointsize 0.5 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'probes-sequences.tsv' index 28 using 1:2 with lines linewidth 1 linecolor rgb '#56b4e9' dashtype solid notitle, \
    'probes-sequences.tsv' index 29 using 1:2 with points pointtype 13 pointsize 0.5 linewidth 0.7 linecolor rgb '#56b4e9' notitle, \
    'probes-sequences.tsv' index 30 using 1:2 with lines linewidth 1 linecolor rgb '#000000' dashtype solid notitle, \
    'probes-sequences.tsv' index 31 using 1:2 with points pointtype 2 pointsize 0.5 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'probes-sequences.tsv' index 32 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype solid notitle, \
    'probes-sequences.tsv' index 33 using 1:2 with points pointtype 6 pointsize 0.5 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'probes-sequences.tsv' index 34 using 1:2 with lines linewidth 1 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'probes-sequences.tsv' index 35 using 1:2 with points pointtype 4 pointsize 0.5 linewidth 0.7 linecolor rgb '#cc79a7' notitle

  # panel 2
  reset
  set datafile separator "\t"
  set lmargin at screen 0.41487
  set rmargin at screen 0.65425
  set bmargin at screen 0.52229
  set tmargin at screen 0.83758
  set border 15 linewidth 0.5
  set xrange [0.5:3162.25]
  set logscale x
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0.5, '1' 1, '10' 10, '100' 100, 'end' 944.0526186673318)
  set yrange [-58.02705451908782:12.294361271648395]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('−40' -40, '−20' -20, '0' 0)
  set label 'sft-own' at screen 0.53456,0.85987 center noenhanced front
  set label 'step from base' at screen 0.53456,0.46178 center noenhanced front
  set label 'change of log p (nats/text)' at screen 0.362,0.67994 center rotate by 90 noenhanced front
  unset colorbox
  plot 'probes-sequences.tsv' index 36 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'probes-sequences.tsv' index 37 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#e69f00' notitle, \
    'probes-sequences.tsv' index 38 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#0072b2' notitle, \
    'probes-sequences.tsv' index 39 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#d55e00' notitle, \
    'probes-sequences.tsv' index 40 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#56b4e9' notitle, \
    'probes-sequences.tsv' index 41 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#000000' notitle, \
    'probes-sequences.tsv' index 42 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#009e73' notitle, \
    'probes-sequences.tsv' index 43 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#cc79a7' notitle, \
    'probes-sequences.tsv' index 44 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'probes-sequences.tsv' index 45 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype solid notitle, \
    'probes-sequences.tsv' index 46 using 1:2 with lines linewidth 1 linecolor rgb '#d55e00' dashtype (5,2) notitle, \
    'probes-sequences.tsv' index 47 using 1:2 with lines linewidth 1 linecolor rgb '#56b4e9' dashtype (6,1.6,1.2,1.6) notitle, \
    'probes-sequences.tsv' index 48 using 1:2 with lines linewidth 1 linecolor rgb '#000000' dashtype (1.2,1.6) notitle, \
    'probes-sequences.tsv' index 49 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype (2.6,1.5) notitle, \
    'probes-sequences.tsv' index 50 using 1:2 with lines linewidth 1 linecolor rgb '#cc79a7' dashtype (1.2,1.6) notitle, \
    'probes-sequences.tsv' index 51 using 1:2 with points pointtype 7 pointsize 0.5 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'probes-sequences.tsv' index 52 using 1:2 with points pointtype 5 pointsize 0.5 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'probes-sequences.tsv' index 53 using 1:2 with points pointtype 9 pointsize 0.5 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'probes-sequences.tsv' index 54 using 1:2 with points pointtype 13 pointsize 0.5 linewidth 0.7 linecolor rgb '#56b4e9' notitle, \
    'probes-sequences.tsv' index 55 using 1:2 with points pointtype 2 pointsize 0.5 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'probes-sequences.tsv' index 56 using 1:2 with points pointtype 6 pointsize 0.5 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'probes-sequences.tsv' index 57 using 1:2 with points pointtype 4 pointsize 0.5 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'probes-sequences.tsv' index 58 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'probes-sequences.tsv' index 59 using 1:2 with points pointtype 7 pointsize 0.5 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'probes-sequences.tsv' index 60 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype solid notitle, \
    'probes-sequences.tsv' index 61 using 1:2 with points pointtype 5 pointsize 0.5 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'probes-sequences.tsv' index 62 using 1:2 with lines linewidth 1 linecolor rgb '#d55e00' dashtype solid notitle, \
    'probes-sequences.tsv' index 63 using 1:2 with points pointtype 9 pointsize 0.5 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'probes-sequences.tsv' index 64 using 1:2 with lines linewidth 1 linecolor rgb '#56b4e9' dashtype solid notitle, \
    'probes-sequences.tsv' index 65 using 1:2 with points pointtype 13 pointsize 0.5 linewidth 0.7 linecolor rgb '#56b4e9' notitle, \
    'probes-sequences.tsv' index 66 using 1:2 with lines linewidth 1 linecolor rgb '#000000' dashtype solid notitle, \
    'probes-sequences.tsv' index 67 using 1:2 with points pointtype 2 pointsize 0.5 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'probes-sequences.tsv' index 68 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype solid notitle, \
    'probes-sequences.tsv' index 69 using 1:2 with points pointtype 6 pointsize 0.5 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'probes-sequences.tsv' index 70 using 1:2 with lines linewidth 1 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'probes-sequences.tsv' index 71 using 1:2 with points pointtype 4 pointsize 0.5 linewidth 0.7 linecolor rgb '#cc79a7' notitle

  # panel 3
  reset
  set datafile separator "\t"
  set lmargin at screen 0.7421
  set rmargin at screen 0.98148
  set bmargin at screen 0.52229
  set tmargin at screen 0.83758
  set border 15 linewidth 0.5
  set xrange [0.5:2908.75]
  set logscale x
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0.5, '1' 1, '10' 10, '100' 100, 'end' 868.3731692777615)
  set yrange [-21.25143225310865:15.936580714492116]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('−20' -20, '−10' -10, '0' 0, '10' 10)
  set label 'rl' at screen 0.86179,0.85987 center noenhanced front
  set label 'step from base' at screen 0.86179,0.46178 center noenhanced front
  set label 'change of log p (nats/text)' at screen 0.68923,0.67994 center rotate by 90 noenhanced front
  unset colorbox
  plot 'probes-sequences.tsv' index 72 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'probes-sequences.tsv' index 73 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#e69f00' notitle, \
    'probes-sequences.tsv' index 74 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#0072b2' notitle, \
    'probes-sequences.tsv' index 75 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#d55e00' notitle, \
    'probes-sequences.tsv' index 76 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#56b4e9' notitle, \
    'probes-sequences.tsv' index 77 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#000000' notitle, \
    'probes-sequences.tsv' index 78 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#009e73' notitle, \
    'probes-sequences.tsv' index 79 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#cc79a7' notitle, \
    'probes-sequences.tsv' index 80 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'probes-sequences.tsv' index 81 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype solid notitle, \
    'probes-sequences.tsv' index 82 using 1:2 with lines linewidth 1 linecolor rgb '#d55e00' dashtype (5,2) notitle, \
    'probes-sequences.tsv' index 83 using 1:2 with lines linewidth 1 linecolor rgb '#56b4e9' dashtype (6,1.6,1.2,1.6) notitle, \
    'probes-sequences.tsv' index 84 using 1:2 with lines linewidth 1 linecolor rgb '#000000' dashtype (1.2,1.6) notitle, \
    'probes-sequences.tsv' index 85 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype (2.6,1.5) notitle, \
    'probes-sequences.tsv' index 86 using 1:2 with lines linewidth 1 linecolor rgb '#cc79a7' dashtype (1.2,1.6) notitle, \
    'probes-sequences.tsv' index 87 using 1:2 with points pointtype 7 pointsize 0.5 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'probes-sequences.tsv' index 88 using 1:2 with points pointtype 5 pointsize 0.5 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'probes-sequences.tsv' index 89 using 1:2 with points pointtype 9 pointsize 0.5 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'probes-sequences.tsv' index 90 using 1:2 with points pointtype 13 pointsize 0.5 linewidth 0.7 linecolor rgb '#56b4e9' notitle, \
    'probes-sequences.tsv' index 91 using 1:2 with points pointtype 2 pointsize 0.5 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'probes-sequences.tsv' index 92 using 1:2 with points pointtype 6 pointsize 0.5 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'probes-sequences.tsv' index 93 using 1:2 with points pointtype 4 pointsize 0.5 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'probes-sequences.tsv' index 94 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'probes-sequences.tsv' index 95 using 1:2 with points pointtype 7 pointsize 0.5 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'probes-sequences.tsv' index 96 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype solid notitle, \
    'probes-sequences.tsv' index 97 using 1:2 with points pointtype 5 pointsize 0.5 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'probes-sequences.tsv' index 98 using 1:2 with lines linewidth 1 linecolor rgb '#d55e00' dashtype solid notitle, \
    'probes-sequences.tsv' index 99 using 1:2 with points pointtype 9 pointsize 0.5 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'probes-sequences.tsv' index 100 using 1:2 with lines linewidth 1 linecolor rgb '#56b4e9' dashtype solid notitle, \
    'probes-sequences.tsv' index 101 using 1:2 with points pointtype 13 pointsize 0.5 linewidth 0.7 linecolor rgb '#56b4e9' notitle, \
    'probes-sequences.tsv' index 102 using 1:2 with lines linewidth 1 linecolor rgb '#000000' dashtype solid notitle, \
    'probes-sequences.tsv' index 103 using 1:2 with points pointtype 2 pointsize 0.5 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'probes-sequences.tsv' index 104 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype solid notitle, \
    'probes-sequences.tsv' index 105 using 1:2 with points pointtype 6 pointsize 0.5 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'probes-sequences.tsv' index 106 using 1:2 with lines linewidth 1 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'probes-sequences.tsv' index 107 using 1:2 with points pointtype 4 pointsize 0.5 linewidth 0.7 linecolor rgb '#cc79a7' notitle

  # panel 4
  reset
  set datafile separator "\t"
  set lmargin at screen 0.07849
  set rmargin at screen 0.31787
  set bmargin at screen 0.07962
  set tmargin at screen 0.3949
  set border 15 linewidth 0.5
  set xrange [0.5:2271.75]
  set logscale x
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0.5, '1' 1, '10' 10, '100' 100, 'end' 678.2042964526875)
  set yrange [-85.78605980546752:158.4624756427024]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('−50' -50, '0' 0, '50' 50, '100' 100, '150' 150)
  set label 'srft' at screen 0.19818,0.4172 center noenhanced front
  set label 'step from base' at screen 0.19818,0.01911 center noenhanced front
  set label 'change of log p (nats/text)' at screen 0.02561,0.23726 center rotate by 90 noenhanced front
  unset colorbox
  plot 'probes-sequences.tsv' index 108 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'probes-sequences.tsv' index 109 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#e69f00' notitle, \
    'probes-sequences.tsv' index 110 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#0072b2' notitle, \
    'probes-sequences.tsv' index 111 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#d55e00' notitle, \
    'probes-sequences.tsv' index 112 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#56b4e9' notitle, \
    'probes-sequences.tsv' index 113 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#000000' notitle, \
    'probes-sequences.tsv' index 114 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#009e73' notitle, \
    'probes-sequences.tsv' index 115 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#cc79a7' notitle, \
    'probes-sequences.tsv' index 116 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'probes-sequences.tsv' index 117 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype solid notitle, \
    'probes-sequences.tsv' index 118 using 1:2 with lines linewidth 1 linecolor rgb '#d55e00' dashtype (5,2) notitle, \
    'probes-sequences.tsv' index 119 using 1:2 with lines linewidth 1 linecolor rgb '#56b4e9' dashtype (6,1.6,1.2,1.6) notitle, \
    'probes-sequences.tsv' index 120 using 1:2 with lines linewidth 1 linecolor rgb '#000000' dashtype (1.2,1.6) notitle, \
    'probes-sequences.tsv' index 121 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype (2.6,1.5) notitle, \
    'probes-sequences.tsv' index 122 using 1:2 with lines linewidth 1 linecolor rgb '#cc79a7' dashtype (1.2,1.6) notitle, \
    'probes-sequences.tsv' index 123 using 1:2 with points pointtype 7 pointsize 0.5 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'probes-sequences.tsv' index 124 using 1:2 with points pointtype 5 pointsize 0.5 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'probes-sequences.tsv' index 125 using 1:2 with points pointtype 9 pointsize 0.5 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'probes-sequences.tsv' index 126 using 1:2 with points pointtype 13 pointsize 0.5 linewidth 0.7 linecolor rgb '#56b4e9' notitle, \
    'probes-sequences.tsv' index 127 using 1:2 with points pointtype 2 pointsize 0.5 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'probes-sequences.tsv' index 128 using 1:2 with points pointtype 6 pointsize 0.5 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'probes-sequences.tsv' index 129 using 1:2 with points pointtype 4 pointsize 0.5 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'probes-sequences.tsv' index 130 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'probes-sequences.tsv' index 131 using 1:2 with points pointtype 7 pointsize 0.5 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'probes-sequences.tsv' index 132 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype solid notitle, \
    'probes-sequences.tsv' index 133 using 1:2 with points pointtype 5 pointsize 0.5 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'probes-sequences.tsv' index 134 using 1:2 with lines linewidth 1 linecolor rgb '#d55e00' dashtype solid notitle, \
    'probes-sequences.tsv' index 135 using 1:2 with points pointtype 9 pointsize 0.5 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'probes-sequences.tsv' index 136 using 1:2 with lines linewidth 1 linecolor rgb '#56b4e9' dashtype solid notitle, \
    'probes-sequences.tsv' index 137 using 1:2 with points pointtype 13 pointsize 0.5 linewidth 0.7 linecolor rgb '#56b4e9' notitle, \
    'probes-sequences.tsv' index 138 using 1:2 with lines linewidth 1 linecolor rgb '#000000' dashtype solid notitle, \
    'probes-sequences.tsv' index 139 using 1:2 with points pointtype 2 pointsize 0.5 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'probes-sequences.tsv' index 140 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype solid notitle, \
    'probes-sequences.tsv' index 141 using 1:2 with points pointtype 6 pointsize 0.5 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'probes-sequences.tsv' index 142 using 1:2 with lines linewidth 1 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'probes-sequences.tsv' index 143 using 1:2 with points pointtype 4 pointsize 0.5 linewidth 0.7 linecolor rgb '#cc79a7' notitle

  # panel 5
  reset
  set datafile separator "\t"
  set lmargin at screen 0.41487
  set rmargin at screen 0.65425
  set bmargin at screen 0.07962
  set tmargin at screen 0.3949
  set border 15 linewidth 0.5
  set xrange [0.5:1309.75]
  set logscale x
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0.5, '1' 1, '10' 10, '100' 100, 'end' 391.0104885127797)
  set yrange [-141.04883664954792:164.1270906405517]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('−100' -100, '0' 0, '100' 100)
  set label 'sft-rl' at screen 0.53456,0.4172 center noenhanced front
  set label 'step from sft-half' at screen 0.53456,0.01911 center noenhanced front
  set label 'change of log p (nats/text)' at screen 0.35284,0.23726 center rotate by 90 noenhanced front
  unset colorbox
  plot 'probes-sequences.tsv' index 144 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'probes-sequences.tsv' index 145 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#e69f00' notitle, \
    'probes-sequences.tsv' index 146 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#0072b2' notitle, \
    'probes-sequences.tsv' index 147 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#d55e00' notitle, \
    'probes-sequences.tsv' index 148 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#56b4e9' notitle, \
    'probes-sequences.tsv' index 149 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#000000' notitle, \
    'probes-sequences.tsv' index 150 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#009e73' notitle, \
    'probes-sequences.tsv' index 151 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#cc79a7' notitle, \
    'probes-sequences.tsv' index 152 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'probes-sequences.tsv' index 153 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype solid notitle, \
    'probes-sequences.tsv' index 154 using 1:2 with lines linewidth 1 linecolor rgb '#d55e00' dashtype (5,2) notitle, \
    'probes-sequences.tsv' index 155 using 1:2 with lines linewidth 1 linecolor rgb '#56b4e9' dashtype (6,1.6,1.2,1.6) notitle, \
    'probes-sequences.tsv' index 156 using 1:2 with lines linewidth 1 linecolor rgb '#000000' dashtype (1.2,1.6) notitle, \
    'probes-sequences.tsv' index 157 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype (2.6,1.5) notitle, \
    'probes-sequences.tsv' index 158 using 1:2 with lines linewidth 1 linecolor rgb '#cc79a7' dashtype (1.2,1.6) notitle, \
    'probes-sequences.tsv' index 159 using 1:2 with points pointtype 7 pointsize 0.5 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'probes-sequences.tsv' index 160 using 1:2 with points pointtype 5 pointsize 0.5 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'probes-sequences.tsv' index 161 using 1:2 with points pointtype 9 pointsize 0.5 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'probes-sequences.tsv' index 162 using 1:2 with points pointtype 13 pointsize 0.5 linewidth 0.7 linecolor rgb '#56b4e9' notitle, \
    'probes-sequences.tsv' index 163 using 1:2 with points pointtype 2 pointsize 0.5 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'probes-sequences.tsv' index 164 using 1:2 with points pointtype 6 pointsize 0.5 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'probes-sequences.tsv' index 165 using 1:2 with points pointtype 4 pointsize 0.5 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'probes-sequences.tsv' index 166 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'probes-sequences.tsv' index 167 using 1:2 with points pointtype 7 pointsize 0.5 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'probes-sequences.tsv' index 168 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype solid notitle, \
    'probes-sequences.tsv' index 169 using 1:2 with points pointtype 5 pointsize 0.5 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'probes-sequences.tsv' index 170 using 1:2 with lines linewidth 1 linecolor rgb '#d55e00' dashtype solid notitle, \
    'probes-sequences.tsv' index 171 using 1:2 with points pointtype 9 pointsize 0.5 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'probes-sequences.tsv' index 172 using 1:2 with lines linewidth 1 linecolor rgb '#56b4e9' dashtype solid notitle, \
    'probes-sequences.tsv' index 173 using 1:2 with points pointtype 13 pointsize 0.5 linewidth 0.7 linecolor rgb '#56b4e9' notitle, \
    'probes-sequences.tsv' index 174 using 1:2 with lines linewidth 1 linecolor rgb '#000000' dashtype solid notitle, \
    'probes-sequences.tsv' index 175 using 1:2 with points pointtype 2 pointsize 0.5 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'probes-sequences.tsv' index 176 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype solid notitle, \
    'probes-sequences.tsv' index 177 using 1:2 with points pointtype 6 pointsize 0.5 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'probes-sequences.tsv' index 178 using 1:2 with lines linewidth 1 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'probes-sequences.tsv' index 179 using 1:2 with points pointtype 4 pointsize 0.5 linewidth 0.7 linecolor rgb '#cc79a7' notitle

  # panel 6
  reset
  set datafile separator "\t"
  set lmargin at screen 0.7421
  set rmargin at screen 0.98148
  set bmargin at screen 0.07962
  set tmargin at screen 0.3949
  unset border
  set xrange [0:1]
  unset xtics
  set yrange [0:1]
  unset ytics
  unset colorbox

  unset multiplot
  set output
}
