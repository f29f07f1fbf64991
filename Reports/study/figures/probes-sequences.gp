# Fixed responses while runs learn
#
# Change since base of the log-probability of a response, mean over the responses of a kind,
# nats, of fixed responses: what the teacher, the far teacher (none of these runs learns from
# it) and the native teacher (base's own notation) write on held-out problems, base's right and
# wrong answers to them, its right answers given to other problems, and the mixture that base
# was trained on. Above 0: more likely than under base. Lines: mean over 8 seeds of the seeds'
# differences at checkpoints that all have; step 0 is drawn left of 1. Marks behind the last
# step: the end on all texts, of which the lines are a part. Shaded, bars: 95 % interval of each
# mean by itself, Student's t over seeds. sft-rl starts from sft-half. Ends, with 95 % intervals
# each by itself. sft up: teacher's 136.0 [129.7, 142.3]; down: base's right −92.3 [−106.2,
# −78.5], base's wrong −91.4 [−104.2, −78.6], native teacher's −90.2 [−106.7, −73.7], earlier
# mixture −80.3 [−92.3, −68.2], right answer to another problem −97.1 [−112.0, −82.1];
# undecided: far teacher's −16.9 [−35.9, 2.2]. sft-own down: teacher's −38.8 [−43.5, −34.0],
# base's right −9.6 [−10.7, −8.4], base's wrong −13.6 [−14.1, −13.0], native teacher's −4.9
# [−6.0, −3.7], earlier mixture −12.4 [−13.6, −11.2], right answer to another problem −28.2
# [−30.6, −25.7], far teacher's −41.4 [−51.9, −30.8]. rl up: native teacher's 2.6 [1.9, 3.2];
# down: teacher's −6.0 [−11.8, −0.2], base's right −5.6 [−7.5, −3.8], base's wrong −9.5 [−12.3,
# −6.7], earlier mixture −4.7 [−6.3, −3.0], right answer to another problem −12.1 [−14.5, −9.7];
# undecided: far teacher's −3.4 [−11.0, 4.3]. srft up: teacher's 134.0 [127.5, 140.6]; down:
# base's right −41.3 [−53.0, −29.7], base's wrong −42.4 [−54.5, −30.2], native teacher's −41.8
# [−58.3, −25.4], earlier mixture −35.0 [−44.7, −25.4], right answer to another problem −46.5
# [−58.5, −34.5]; undecided: far teacher's 0.0 [−13.7, 13.7]. sft-rl up: teacher's 135.7 [129.5,
# 142.0]; down: base's right −87.1 [−102.6, −71.5], base's wrong −86.0 [−100.0, −72.0], native
# teacher's −86.4 [−104.9, −67.8], earlier mixture −75.0 [−87.4, −62.5], right answer to another
# problem −90.4 [−106.9, −73.8]; undecided: far teacher's −11.2 [−30.8, 8.3]. opd up: teacher's
# 119.6 [113.1, 126.0]; down: base's right −74.0 [−94.1, −53.8], base's wrong −72.5 [−91.5,
# −53.4], native teacher's −74.6 [−97.8, −51.5], earlier mixture −61.4 [−77.9, −44.9], right
# answer to another problem −71.1 [−90.9, −51.3]; undecided: far teacher's 4.9 [−8.7, 18.5].
#
# Run in this folder, gnuplot 5.4 or newer:  gnuplot probes-sequences.gp
# It reads probes-sequences.tsv and writes probes-sequences.svg and probes-sequences.pdf.

set encoding utf8
do for [format in 'svg pdf'] {
  if (format eq 'svg') {
    set terminal svg size 486,311 fixed enhanced font 'Liberation Sans,9' dashlength 2 name 'f_probes_sequences' background '#ffffff'
    text_column = 7
  } else {
    set terminal pdfcairo size 486./72,311./72 enhanced font 'Liberation Sans,9' fontscale 0.75 linewidth 2 dashlength 3.636 background '#ffffff'
    # 8: characters that a PDF's fonts may lack are boxes; 7: as they are, as in the SVG
    text_column = 8
  }
  set output 'probes-sequences.'.format
  set multiplot

  # panel 1
  reset
  set datafile separator "\t"
  set lmargin at screen 0.07849
  set rmargin at screen 0.31481
  set bmargin at screen 0.52251
  set tmargin at screen 0.83601
  set border 15 linewidth 0.5
  set xrange [0.5:2619.5]
  set logscale x
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0.5, '1' 1, '10' 10, '100' 100, 'end' 782.0209770255594)
  set yrange [-122.97337671469923:153.04000716670038]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('−100' -100, '0' 0, '100' 100)
  set label 'sft' at screen 0.19665,0.85852 center noenhanced front
  set label 'step from base' at screen 0.19665,0.46141 center noenhanced front
  set label 'change of log p (nats/text)' at screen 0.01646,0.67926 center rotate by 90 noenhanced front
  unset colorbox
  set arrow from screen 0.05884,0.97267 to screen 0.09588,0.97267 nohead linewidth 1 linecolor rgb '#e69f00' dashtype solid
  set label 'teacher'."'".'s' at screen 0.10411,0.97267 left font ',8' noenhanced front
  set arrow from screen 0.36118,0.97267 to screen 0.39821,0.97267 nohead linewidth 1 linecolor rgb '#0072b2' dashtype solid
  set label 'base'."'".'s right' at screen 0.40644,0.97267 left font ',8' noenhanced front
  set arrow from screen 0.66351,0.97267 to screen 0.70055,0.97267 nohead linewidth 1 linecolor rgb '#d55e00' dashtype (5,2)
  set label 'base'."'".'s wrong' at screen 0.70878,0.97267 left font ',8' noenhanced front
  set arrow from screen 0.05884,0.9373 to screen 0.09588,0.9373 nohead linewidth 1 linecolor rgb '#56b4e9' dashtype (6,1.6,1.2,1.6)
  set label 'native teacher'."'".'s' at screen 0.10411,0.9373 left font ',8' noenhanced front
  set arrow from screen 0.36118,0.9373 to screen 0.39821,0.9373 nohead linewidth 1 linecolor rgb '#000000' dashtype (1.2,1.6)
  set label 'earlier mixture' at screen 0.40644,0.9373 left font ',8' noenhanced front
  set arrow from screen 0.66351,0.9373 to screen 0.70055,0.9373 nohead linewidth 1 linecolor rgb '#009e73' dashtype (2.6,1.5)
  set label 'right answer to another problem' at screen 0.70878,0.9373 left font ',8' noenhanced front
  set arrow from screen 0.05884,0.90193 to screen 0.09588,0.90193 nohead linewidth 1 linecolor rgb '#cc79a7' dashtype (1.2,1.6)
  set label 'far teacher'."'".'s' at screen 0.10411,0.90193 left font ',8' noenhanced front
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
  set lmargin at screen 0.41182
  set rmargin at screen 0.64815
  set bmargin at screen 0.52251
  set tmargin at screen 0.83601
  set border 15 linewidth 0.5
  set xrange [0.5:3289.0000000000005]
  set logscale x
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0.5, '1' 1, '10' 10, '100' 100, 'end' 981.892343362117)
  set yrange [-54.27120740507962:8.633364338536811]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('−40' -40, '−20' -20, '0' 0)
  set label 'sft-own' at screen 0.52998,0.85852 center noenhanced front
  set label 'step from base' at screen 0.52998,0.46141 center noenhanced front
  set label 'change of log p (nats/text)' at screen 0.35895,0.67926 center rotate by 90 noenhanced front
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
  set lmargin at screen 0.74515
  set rmargin at screen 0.98148
  set bmargin at screen 0.52251
  set tmargin at screen 0.83601
  set border 15 linewidth 0.5
  set xrange [0.5:2980.2500000000005]
  set logscale x
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0.5, '1' 1, '10' 10, '100' 100, 'end' 889.718655003025)
  set yrange [-15.545788888843736:10.38557787837153]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('−10' -10, '0' 0, '10' 10)
  set label 'rl' at screen 0.86332,0.85852 center noenhanced front
  set label 'step from base' at screen 0.86332,0.46141 center noenhanced front
  set label 'change of log p (nats/text)' at screen 0.69228,0.67926 center rotate by 90 noenhanced front
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
  set rmargin at screen 0.31481
  set bmargin at screen 0.08039
  set tmargin at screen 0.39389
  set border 15 linewidth 0.5
  set xrange [0.5:2258.75]
  set logscale x
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0.5, '1' 1, '10' 10, '100' 100, 'end' 674.3232990480941)
  set yrange [-66.46871692994634:148.53546339894731]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('−50' -50, '0' 0, '50' 50, '100' 100)
  set label 'srft' at screen 0.19665,0.4164 center noenhanced front
  set label 'step from base' at screen 0.19665,0.01929 center noenhanced front
  set label 'change of log p (nats/text)' at screen 0.02561,0.23714 center rotate by 90 noenhanced front
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
  set lmargin at screen 0.41182
  set rmargin at screen 0.64815
  set bmargin at screen 0.08039
  set tmargin at screen 0.39389
  set border 15 linewidth 0.5
  set xrange [0.5:1309.75]
  set logscale x
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0.5, '1' 1, '10' 10, '100' 100, 'end' 391.0104885127797)
  set yrange [-116.84423499298869:152.57573577448207]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('−100' -100, '0' 0, '100' 100)
  set label 'sft-rl' at screen 0.52998,0.4164 center noenhanced front
  set label 'step from sft-half' at screen 0.52998,0.01929 center noenhanced front
  set label 'change of log p (nats/text)' at screen 0.34979,0.23714 center rotate by 90 noenhanced front
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
  set lmargin at screen 0.74515
  set rmargin at screen 0.98148
  set bmargin at screen 0.08039
  set tmargin at screen 0.39389
  set border 15 linewidth 0.5
  set xrange [0.5:1980.875]
  set logscale x
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0.5, '1' 1, '10' 10, '100' 100, 'end' 591.3669795249114)
  set yrange [-106.79028367531818:134.945959358687]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('−100' -100, '−50' -50, '0' 0, '50' 50, '100' 100)
  set label 'opd' at screen 0.86332,0.4164 center noenhanced front
  set label 'step from base' at screen 0.86332,0.01929 center noenhanced front
  set label 'change of log p (nats/text)' at screen 0.68313,0.23714 center rotate by 90 noenhanced front
  unset colorbox
  plot 'probes-sequences.tsv' index 180 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'probes-sequences.tsv' index 181 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#e69f00' notitle, \
    'probes-sequences.tsv' index 182 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#0072b2' notitle, \
    'probes-sequences.tsv' index 183 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#d55e00' notitle, \
    'probes-sequences.tsv' index 184 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#56b4e9' notitle, \
    'probes-sequences.tsv' index 185 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#000000' notitle, \
    'probes-sequences.tsv' index 186 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#009e73' notitle, \
    'probes-sequences.tsv' index 187 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#cc79a7' notitle, \
    'probes-sequences.tsv' index 188 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'probes-sequences.tsv' index 189 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype solid notitle, \
    'probes-sequences.tsv' index 190 using 1:2 with lines linewidth 1 linecolor rgb '#d55e00' dashtype (5,2) notitle, \
    'probes-sequences.tsv' index 191 using 1:2 with lines linewidth 1 linecolor rgb '#56b4e9' dashtype (6,1.6,1.2,1.6) notitle, \
    'probes-sequences.tsv' index 192 using 1:2 with lines linewidth 1 linecolor rgb '#000000' dashtype (1.2,1.6) notitle, \
    'probes-sequences.tsv' index 193 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype (2.6,1.5) notitle, \
    'probes-sequences.tsv' index 194 using 1:2 with lines linewidth 1 linecolor rgb '#cc79a7' dashtype (1.2,1.6) notitle, \
    'probes-sequences.tsv' index 195 using 1:2 with points pointtype 7 pointsize 0.5 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'probes-sequences.tsv' index 196 using 1:2 with points pointtype 5 pointsize 0.5 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'probes-sequences.tsv' index 197 using 1:2 with points pointtype 9 pointsize 0.5 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'probes-sequences.tsv' index 198 using 1:2 with points pointtype 13 pointsize 0.5 linewidth 0.7 linecolor rgb '#56b4e9' notitle, \
    'probes-sequences.tsv' index 199 using 1:2 with points pointtype 2 pointsize 0.5 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'probes-sequences.tsv' index 200 using 1:2 with points pointtype 6 pointsize 0.5 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'probes-sequences.tsv' index 201 using 1:2 with points pointtype 4 pointsize 0.5 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'probes-sequences.tsv' index 202 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'probes-sequences.tsv' index 203 using 1:2 with points pointtype 7 pointsize 0.5 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'probes-sequences.tsv' index 204 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype solid notitle, \
    'probes-sequences.tsv' index 205 using 1:2 with points pointtype 5 pointsize 0.5 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'probes-sequences.tsv' index 206 using 1:2 with lines linewidth 1 linecolor rgb '#d55e00' dashtype solid notitle, \
    'probes-sequences.tsv' index 207 using 1:2 with points pointtype 9 pointsize 0.5 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'probes-sequences.tsv' index 208 using 1:2 with lines linewidth 1 linecolor rgb '#56b4e9' dashtype solid notitle, \
    'probes-sequences.tsv' index 209 using 1:2 with points pointtype 13 pointsize 0.5 linewidth 0.7 linecolor rgb '#56b4e9' notitle, \
    'probes-sequences.tsv' index 210 using 1:2 with lines linewidth 1 linecolor rgb '#000000' dashtype solid notitle, \
    'probes-sequences.tsv' index 211 using 1:2 with points pointtype 2 pointsize 0.5 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'probes-sequences.tsv' index 212 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype solid notitle, \
    'probes-sequences.tsv' index 213 using 1:2 with points pointtype 6 pointsize 0.5 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'probes-sequences.tsv' index 214 using 1:2 with lines linewidth 1 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'probes-sequences.tsv' index 215 using 1:2 with points pointtype 4 pointsize 0.5 linewidth 0.7 linecolor rgb '#cc79a7' notitle

  unset multiplot
  set output
}
