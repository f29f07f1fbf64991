# Fixed responses while runs learn
#
# Change since base of the log-probability of a token, mean over the tokens of a kind, nats, of
# fixed responses: what the teacher, the far teacher (none of these runs learns from it) and the
# native teacher (base's own notation) write on held-out problems, base's right and wrong
# answers to them, its right answers given to other problems, and the mixture that base was
# trained on. Above 0: more likely than under base. Lines: mean over 4 seeds of the seeds'
# differences at checkpoints that all have; step 0 is drawn left of 1. Marks behind the last
# step: the end on all texts, of which the lines are a part. Shaded, bars: 95 % interval of each
# mean by itself, Student's t over seeds. sft-rl starts from sft-half. Ends, with 95 % intervals
# each by itself. sft up: teacher's 6.16 [5.44, 6.88]; down: base's right −4.99 [−6.22, −3.75],
# base's wrong −5.36 [−6.74, −3.98], native teacher's −4.29 [−6.03, −2.55], earlier mixture
# −4.90 [−6.63, −3.18], right answer to another problem −5.20 [−6.58, −3.82]; undecided: far
# teacher's −0.54 [−2.76, 1.69]. sft-own down: teacher's −1.85 [−2.28, −1.43], base's right
# −0.53 [−0.65, −0.41], base's wrong −0.82 [−0.87, −0.76], native teacher's −0.22 [−0.37,
# −0.08], earlier mixture −0.78 [−0.90, −0.66], right answer to another problem −1.63 [−1.78,
# −1.49], far teacher's −1.75 [−2.50, −1.00]. rl up: native teacher's 0.12 [0.06, 0.19]; down:
# base's right −0.33 [−0.52, −0.13], base's wrong −0.56 [−0.80, −0.31], earlier mixture −0.33
# [−0.58, −0.08], right answer to another problem −0.67 [−0.93, −0.41]; undecided: teacher's
# −0.34 [−0.79, 0.10], far teacher's −0.06 [−0.52, 0.40]. srft up: teacher's 6.08 [5.42, 6.75];
# down: base's right −2.44 [−3.57, −1.32], base's wrong −2.66 [−3.90, −1.42], native teacher's
# −2.16 [−3.48, −0.83], earlier mixture −2.31 [−3.46, −1.16], right answer to another problem
# −2.73 [−3.84, −1.63]; undecided: far teacher's 0.02 [−1.47, 1.50]. sft-rl up: teacher's 6.14
# [5.43, 6.86]; down: base's right −4.64 [−6.00, −3.28], base's wrong −4.98 [−6.41, −3.56],
# native teacher's −4.02 [−6.01, −2.02], earlier mixture −4.51 [−6.22, −2.81], right answer to
# another problem −4.75 [−6.15, −3.34]; undecided: far teacher's −0.27 [−2.39, 1.86].
#
# Run in this folder, gnuplot 5.4 or newer:  gnuplot probes.gp
# It reads probes.tsv and writes probes.svg and probes.pdf.

set encoding utf8
do for [format in 'svg pdf'] {
  if (format eq 'svg') {
    set terminal svg size 486,323 fixed enhanced font 'Liberation Sans,9' dashlength 2 name 'f_probes' background '#ffffff'
    text_column = 7
  } else {
    set terminal pdfcairo size 486./72,323./72 enhanced font 'Liberation Sans,9' fontscale 0.75 linewidth 2 dashlength 3.636 background '#ffffff'
    # 8: characters that a PDF's fonts may lack are boxes; 7: as they are, as in the SVG
    text_column = 8
  }
  set output 'probes.'.format
  set multiplot

  # panel 1
  reset
  set datafile separator "\t"
  set lmargin at screen 0.06018
  set rmargin at screen 0.31024
  set bmargin at screen 0.52167
  set tmargin at screen 0.84211
  set border 15 linewidth 0.5
  set xrange [0.5:2613]
  set logscale x
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0.5, '1' 1, '10' 10, '100' 100, 'end' 780.0804783232628)
  set yrange [-7.46463568901884:7.529003281663625]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('−5' -5, '0' 0, '5' 5)
  set label 'sft' at screen 0.18521,0.86378 center noenhanced front
  set label 'step from base' at screen 0.18521,0.46285 center noenhanced front
  set label 'change of log p (nats/token)' at screen 0.01646,0.68189 center rotate by 90 noenhanced front
  unset colorbox
  set arrow from screen 0.05884,0.97368 to screen 0.09588,0.97368 nohead linewidth 1 linecolor rgb '#e69f00' dashtype solid
  set label 'teacher'."'".'s' at screen 0.10411,0.97368 left font ',8' noenhanced front
  set arrow from screen 0.36118,0.97368 to screen 0.39821,0.97368 nohead linewidth 1 linecolor rgb '#0072b2' dashtype solid
  set label 'base'."'".'s right' at screen 0.40644,0.97368 left font ',8' noenhanced front
  set arrow from screen 0.66351,0.97368 to screen 0.70055,0.97368 nohead linewidth 1 linecolor rgb '#d55e00' dashtype (5,2)
  set label 'base'."'".'s wrong' at screen 0.70878,0.97368 left font ',8' noenhanced front
  set arrow from screen 0.05884,0.93963 to screen 0.09588,0.93963 nohead linewidth 1 linecolor rgb '#56b4e9' dashtype (6,1.6,1.2,1.6)
  set label 'native teacher'."'".'s' at screen 0.10411,0.93963 left font ',8' noenhanced front
  set arrow from screen 0.36118,0.93963 to screen 0.39821,0.93963 nohead linewidth 1 linecolor rgb '#000000' dashtype (1.2,1.6)
  set label 'earlier mixture' at screen 0.40644,0.93963 left font ',8' noenhanced front
  set arrow from screen 0.66351,0.93963 to screen 0.70055,0.93963 nohead linewidth 1 linecolor rgb '#009e73' dashtype (2.6,1.5)
  set label 'right answer to another problem' at screen 0.70878,0.93963 left font ',8' noenhanced front
  set arrow from screen 0.05884,0.90557 to screen 0.09588,0.90557 nohead linewidth 1 linecolor rgb '#cc79a7' dashtype (1.2,1.6)
  set label 'far teacher'."'".'s' at screen 0.10411,0.90557 left font ',8' noenhanced front
  plot 'probes.tsv' index 0 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'probes.tsv' index 1 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#e69f00' notitle, \
    'probes.tsv' index 2 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#0072b2' notitle, \
    'probes.tsv' index 3 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#d55e00' notitle, \
    'probes.tsv' index 4 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#56b4e9' notitle, \
    'probes.tsv' index 5 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#000000' notitle, \
    'probes.tsv' index 6 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#009e73' notitle, \
    'probes.tsv' index 7 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#cc79a7' notitle, \
    'probes.tsv' index 8 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'probes.tsv' index 9 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype solid notitle, \
    'probes.tsv' index 10 using 1:2 with lines linewidth 1 linecolor rgb '#d55e00' dashtype (5,2) notitle, \
    'probes.tsv' index 11 using 1:2 with lines linewidth 1 linecolor rgb '#56b4e9' dashtype (6,1.6,1.2,1.6) notitle, \
    'probes.tsv' index 12 using 1:2 with lines linewidth 1 linecolor rgb '#000000' dashtype (1.2,1.6) notitle, \
    'probes.tsv' index 13 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype (2.6,1.5) notitle, \
    'probes.tsv' index 14 using 1:2 with lines linewidth 1 linecolor rgb '#cc79a7' dashtype (1.2,1.6) notitle, \
    'probes.tsv' index 15 using 1:2 with points pointtype 7 pointsize 0.5 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'probes.tsv' index 16 using 1:2 with points pointtype 5 pointsize 0.5 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'probes.tsv' index 17 using 1:2 with points pointtype 9 pointsize 0.5 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'probes.tsv' index 18 using 1:2 with points pointtype 13 pointsize 0.5 linewidth 0.7 linecolor rgb '#56b4e9' notitle, \
    'probes.tsv' index 19 using 1:2 with points pointtype 2 pointsize 0.5 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'probes.tsv' index 20 using 1:2 with points pointtype 6 pointsize 0.5 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'probes.tsv' index 21 using 1:2 with points pointtype 4 pointsize 0.5 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'probes.tsv' index 22 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'probes.tsv' index 23 using 1:2 with points pointtype 7 pointsize 0.5 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'probes.tsv' index 24 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype solid notitle, \
    'probes.tsv' index 25 using 1:2 with points pointtype 5 pointsize 0.5 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'probes.tsv' index 26 using 1:2 with lines linewidth 1 linecolor rgb '#d55e00' dashtype solid notitle, \
    'probes.tsv' index 27 using 1:2 with points pointtype 9 pointsize 0.5 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'probes.tsv' index 28 using 1:2 with lines linewidth 1 linecolor rgb '#56b4e9' dashtype solid notitle, \
    'probes.tsv' index 29 using 1:2 with points pointtype 13 pointsize 0.5 linewidth 0.7 linecolor rgb '#56b4e9' notitle, \
    'probes.tsv' index 30 using 1:2 with lines linewidth 1 linecolor rgb '#000000' dashtype solid notitle, \
    'probes.tsv' index 31 using 1:2 with points pointtype 2 pointsize 0.5 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'probes.tsv' index 32 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype solid notitle, \
    'probes.tsv' index 33 using 1:2 with points pointtype 6 pointsize 0.5 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'probes.tsv' index 34 using 1:2 with lines linewidth 1 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'probes.tsv' index 35 using 1:2 with points pointtype 4 pointsize 0.5 linewidth 0.7 linecolor rgb '#cc79a7' notitle

  # panel 2
  reset
  set datafile separator "\t"
  set lmargin at screen 0.38894
  set rmargin at screen 0.639
  set bmargin at screen 0.52167
  set tmargin at screen 0.84211
  set border 15 linewidth 0.5
  set xrange [0.5:3162.25]
  set logscale x
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0.5, '1' 1, '10' 10, '100' 100, 'end' 944.0526186673318)
  set yrange [-2.619745317500634:0.5386146309368294]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('−2' -2, '−1' -1, '0' 0)
  set label 'sft-own' at screen 0.51397,0.86378 center noenhanced front
  set label 'step from base' at screen 0.51397,0.46285 center noenhanced front
  set label 'change of log p (nats/token)' at screen 0.34522,0.68189 center rotate by 90 noenhanced front
  unset colorbox
  plot 'probes.tsv' index 36 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'probes.tsv' index 37 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#e69f00' notitle, \
    'probes.tsv' index 38 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#0072b2' notitle, \
    'probes.tsv' index 39 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#d55e00' notitle, \
    'probes.tsv' index 40 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#56b4e9' notitle, \
    'probes.tsv' index 41 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#000000' notitle, \
    'probes.tsv' index 42 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#009e73' notitle, \
    'probes.tsv' index 43 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#cc79a7' notitle, \
    'probes.tsv' index 44 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'probes.tsv' index 45 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype solid notitle, \
    'probes.tsv' index 46 using 1:2 with lines linewidth 1 linecolor rgb '#d55e00' dashtype (5,2) notitle, \
    'probes.tsv' index 47 using 1:2 with lines linewidth 1 linecolor rgb '#56b4e9' dashtype (6,1.6,1.2,1.6) notitle, \
    'probes.tsv' index 48 using 1:2 with lines linewidth 1 linecolor rgb '#000000' dashtype (1.2,1.6) notitle, \
    'probes.tsv' index 49 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype (2.6,1.5) notitle, \
    'probes.tsv' index 50 using 1:2 with lines linewidth 1 linecolor rgb '#cc79a7' dashtype (1.2,1.6) notitle, \
    'probes.tsv' index 51 using 1:2 with points pointtype 7 pointsize 0.5 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'probes.tsv' index 52 using 1:2 with points pointtype 5 pointsize 0.5 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'probes.tsv' index 53 using 1:2 with points pointtype 9 pointsize 0.5 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'probes.tsv' index 54 using 1:2 with points pointtype 13 pointsize 0.5 linewidth 0.7 linecolor rgb '#56b4e9' notitle, \
    'probes.tsv' index 55 using 1:2 with points pointtype 2 pointsize 0.5 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'probes.tsv' index 56 using 1:2 with points pointtype 6 pointsize 0.5 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'probes.tsv' index 57 using 1:2 with points pointtype 4 pointsize 0.5 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'probes.tsv' index 58 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'probes.tsv' index 59 using 1:2 with points pointtype 7 pointsize 0.5 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'probes.tsv' index 60 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype solid notitle, \
    'probes.tsv' index 61 using 1:2 with points pointtype 5 pointsize 0.5 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'probes.tsv' index 62 using 1:2 with lines linewidth 1 linecolor rgb '#d55e00' dashtype solid notitle, \
    'probes.tsv' index 63 using 1:2 with points pointtype 9 pointsize 0.5 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'probes.tsv' index 64 using 1:2 with lines linewidth 1 linecolor rgb '#56b4e9' dashtype solid notitle, \
    'probes.tsv' index 65 using 1:2 with points pointtype 13 pointsize 0.5 linewidth 0.7 linecolor rgb '#56b4e9' notitle, \
    'probes.tsv' index 66 using 1:2 with lines linewidth 1 linecolor rgb '#000000' dashtype solid notitle, \
    'probes.tsv' index 67 using 1:2 with points pointtype 2 pointsize 0.5 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'probes.tsv' index 68 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype solid notitle, \
    'probes.tsv' index 69 using 1:2 with points pointtype 6 pointsize 0.5 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'probes.tsv' index 70 using 1:2 with lines linewidth 1 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'probes.tsv' index 71 using 1:2 with points pointtype 4 pointsize 0.5 linewidth 0.7 linecolor rgb '#cc79a7' notitle

  # panel 3
  reset
  set datafile separator "\t"
  set lmargin at screen 0.73142
  set rmargin at screen 0.98148
  set bmargin at screen 0.52167
  set tmargin at screen 0.84211
  set border 15 linewidth 0.5
  set xrange [0.5:2908.75]
  set logscale x
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0.5, '1' 1, '10' 10, '100' 100, 'end' 868.3731692777615)
  set yrange [-0.9940082216969597:0.6922716272611725]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('−0.5' -0.5, '0.0' 0, '0.5' 0.5)
  set label 'rl' at screen 0.85645,0.86378 center noenhanced front
  set label 'step from base' at screen 0.85645,0.46285 center noenhanced front
  set label 'change of log p (nats/token)' at screen 0.67398,0.68189 center rotate by 90 noenhanced front
  unset colorbox
  plot 'probes.tsv' index 72 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'probes.tsv' index 73 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#e69f00' notitle, \
    'probes.tsv' index 74 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#0072b2' notitle, \
    'probes.tsv' index 75 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#d55e00' notitle, \
    'probes.tsv' index 76 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#56b4e9' notitle, \
    'probes.tsv' index 77 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#000000' notitle, \
    'probes.tsv' index 78 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#009e73' notitle, \
    'probes.tsv' index 79 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#cc79a7' notitle, \
    'probes.tsv' index 80 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'probes.tsv' index 81 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype solid notitle, \
    'probes.tsv' index 82 using 1:2 with lines linewidth 1 linecolor rgb '#d55e00' dashtype (5,2) notitle, \
    'probes.tsv' index 83 using 1:2 with lines linewidth 1 linecolor rgb '#56b4e9' dashtype (6,1.6,1.2,1.6) notitle, \
    'probes.tsv' index 84 using 1:2 with lines linewidth 1 linecolor rgb '#000000' dashtype (1.2,1.6) notitle, \
    'probes.tsv' index 85 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype (2.6,1.5) notitle, \
    'probes.tsv' index 86 using 1:2 with lines linewidth 1 linecolor rgb '#cc79a7' dashtype (1.2,1.6) notitle, \
    'probes.tsv' index 87 using 1:2 with points pointtype 7 pointsize 0.5 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'probes.tsv' index 88 using 1:2 with points pointtype 5 pointsize 0.5 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'probes.tsv' index 89 using 1:2 with points pointtype 9 pointsize 0.5 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'probes.tsv' index 90 using 1:2 with points pointtype 13 pointsize 0.5 linewidth 0.7 linecolor rgb '#56b4e9' notitle, \
    'probes.tsv' index 91 using 1:2 with points pointtype 2 pointsize 0.5 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'probes.tsv' index 92 using 1:2 with points pointtype 6 pointsize 0.5 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'probes.tsv' index 93 using 1:2 with points pointtype 4 pointsize 0.5 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'probes.tsv' index 94 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'probes.tsv' index 95 using 1:2 with points pointtype 7 pointsize 0.5 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'probes.tsv' index 96 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype solid notitle, \
    'probes.tsv' index 97 using 1:2 with points pointtype 5 pointsize 0.5 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'probes.tsv' index 98 using 1:2 with lines linewidth 1 linecolor rgb '#d55e00' dashtype solid notitle, \
    'probes.tsv' index 99 using 1:2 with points pointtype 9 pointsize 0.5 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'probes.tsv' index 100 using 1:2 with lines linewidth 1 linecolor rgb '#56b4e9' dashtype solid notitle, \
    'probes.tsv' index 101 using 1:2 with points pointtype 13 pointsize 0.5 linewidth 0.7 linecolor rgb '#56b4e9' notitle, \
    'probes.tsv' index 102 using 1:2 with lines linewidth 1 linecolor rgb '#000000' dashtype solid notitle, \
    'probes.tsv' index 103 using 1:2 with points pointtype 2 pointsize 0.5 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'probes.tsv' index 104 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype solid notitle, \
    'probes.tsv' index 105 using 1:2 with points pointtype 6 pointsize 0.5 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'probes.tsv' index 106 using 1:2 with lines linewidth 1 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'probes.tsv' index 107 using 1:2 with points pointtype 4 pointsize 0.5 linewidth 0.7 linecolor rgb '#cc79a7' notitle

  # panel 4
  reset
  set datafile separator "\t"
  set lmargin at screen 0.06018
  set rmargin at screen 0.31024
  set bmargin at screen 0.0774
  set tmargin at screen 0.39783
  set border 15 linewidth 0.5
  set xrange [0.5:2271.75]
  set logscale x
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0.5, '1' 1, '10' 10, '100' 100, 'end' 678.2042964526875)
  set yrange [-4.444086931356729:7.271884349305003]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0' 0, '5' 5)
  set label 'srft' at screen 0.18521,0.4195 center noenhanced front
  set label 'step from base' at screen 0.18521,0.01858 center noenhanced front
  set label 'change of log p (nats/token)' at screen 0.02634,0.23762 center rotate by 90 noenhanced front
  unset colorbox
  plot 'probes.tsv' index 108 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'probes.tsv' index 109 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#e69f00' notitle, \
    'probes.tsv' index 110 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#0072b2' notitle, \
    'probes.tsv' index 111 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#d55e00' notitle, \
    'probes.tsv' index 112 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#56b4e9' notitle, \
    'probes.tsv' index 113 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#000000' notitle, \
    'probes.tsv' index 114 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#009e73' notitle, \
    'probes.tsv' index 115 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#cc79a7' notitle, \
    'probes.tsv' index 116 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'probes.tsv' index 117 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype solid notitle, \
    'probes.tsv' index 118 using 1:2 with lines linewidth 1 linecolor rgb '#d55e00' dashtype (5,2) notitle, \
    'probes.tsv' index 119 using 1:2 with lines linewidth 1 linecolor rgb '#56b4e9' dashtype (6,1.6,1.2,1.6) notitle, \
    'probes.tsv' index 120 using 1:2 with lines linewidth 1 linecolor rgb '#000000' dashtype (1.2,1.6) notitle, \
    'probes.tsv' index 121 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype (2.6,1.5) notitle, \
    'probes.tsv' index 122 using 1:2 with lines linewidth 1 linecolor rgb '#cc79a7' dashtype (1.2,1.6) notitle, \
    'probes.tsv' index 123 using 1:2 with points pointtype 7 pointsize 0.5 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'probes.tsv' index 124 using 1:2 with points pointtype 5 pointsize 0.5 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'probes.tsv' index 125 using 1:2 with points pointtype 9 pointsize 0.5 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'probes.tsv' index 126 using 1:2 with points pointtype 13 pointsize 0.5 linewidth 0.7 linecolor rgb '#56b4e9' notitle, \
    'probes.tsv' index 127 using 1:2 with points pointtype 2 pointsize 0.5 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'probes.tsv' index 128 using 1:2 with points pointtype 6 pointsize 0.5 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'probes.tsv' index 129 using 1:2 with points pointtype 4 pointsize 0.5 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'probes.tsv' index 130 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'probes.tsv' index 131 using 1:2 with points pointtype 7 pointsize 0.5 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'probes.tsv' index 132 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype solid notitle, \
    'probes.tsv' index 133 using 1:2 with points pointtype 5 pointsize 0.5 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'probes.tsv' index 134 using 1:2 with lines linewidth 1 linecolor rgb '#d55e00' dashtype solid notitle, \
    'probes.tsv' index 135 using 1:2 with points pointtype 9 pointsize 0.5 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'probes.tsv' index 136 using 1:2 with lines linewidth 1 linecolor rgb '#56b4e9' dashtype solid notitle, \
    'probes.tsv' index 137 using 1:2 with points pointtype 13 pointsize 0.5 linewidth 0.7 linecolor rgb '#56b4e9' notitle, \
    'probes.tsv' index 138 using 1:2 with lines linewidth 1 linecolor rgb '#000000' dashtype solid notitle, \
    'probes.tsv' index 139 using 1:2 with points pointtype 2 pointsize 0.5 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'probes.tsv' index 140 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype solid notitle, \
    'probes.tsv' index 141 using 1:2 with points pointtype 6 pointsize 0.5 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'probes.tsv' index 142 using 1:2 with lines linewidth 1 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'probes.tsv' index 143 using 1:2 with points pointtype 4 pointsize 0.5 linewidth 0.7 linecolor rgb '#cc79a7' notitle

  # panel 5
  reset
  set datafile separator "\t"
  set lmargin at screen 0.38894
  set rmargin at screen 0.639
  set bmargin at screen 0.0774
  set tmargin at screen 0.39783
  set border 15 linewidth 0.5
  set xrange [0.5:1309.75]
  set logscale x
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0.5, '1' 1, '10' 10, '100' 100, 'end' 391.0104885127797)
  set yrange [-7.10671534570172:7.511236535240063]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('−5' -5, '0' 0, '5' 5)
  set label 'sft-rl' at screen 0.51397,0.4195 center noenhanced front
  set label 'step from sft-half' at screen 0.51397,0.01858 center noenhanced front
  set label 'change of log p (nats/token)' at screen 0.34522,0.23762 center rotate by 90 noenhanced front
  unset colorbox
  plot 'probes.tsv' index 144 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'probes.tsv' index 145 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#e69f00' notitle, \
    'probes.tsv' index 146 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#0072b2' notitle, \
    'probes.tsv' index 147 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#d55e00' notitle, \
    'probes.tsv' index 148 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#56b4e9' notitle, \
    'probes.tsv' index 149 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#000000' notitle, \
    'probes.tsv' index 150 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#009e73' notitle, \
    'probes.tsv' index 151 using 1:2:3 with filledcurves fillstyle transparent solid 0.08 noborder linecolor rgb '#cc79a7' notitle, \
    'probes.tsv' index 152 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'probes.tsv' index 153 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype solid notitle, \
    'probes.tsv' index 154 using 1:2 with lines linewidth 1 linecolor rgb '#d55e00' dashtype (5,2) notitle, \
    'probes.tsv' index 155 using 1:2 with lines linewidth 1 linecolor rgb '#56b4e9' dashtype (6,1.6,1.2,1.6) notitle, \
    'probes.tsv' index 156 using 1:2 with lines linewidth 1 linecolor rgb '#000000' dashtype (1.2,1.6) notitle, \
    'probes.tsv' index 157 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype (2.6,1.5) notitle, \
    'probes.tsv' index 158 using 1:2 with lines linewidth 1 linecolor rgb '#cc79a7' dashtype (1.2,1.6) notitle, \
    'probes.tsv' index 159 using 1:2 with points pointtype 7 pointsize 0.5 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'probes.tsv' index 160 using 1:2 with points pointtype 5 pointsize 0.5 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'probes.tsv' index 161 using 1:2 with points pointtype 9 pointsize 0.5 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'probes.tsv' index 162 using 1:2 with points pointtype 13 pointsize 0.5 linewidth 0.7 linecolor rgb '#56b4e9' notitle, \
    'probes.tsv' index 163 using 1:2 with points pointtype 2 pointsize 0.5 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'probes.tsv' index 164 using 1:2 with points pointtype 6 pointsize 0.5 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'probes.tsv' index 165 using 1:2 with points pointtype 4 pointsize 0.5 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'probes.tsv' index 166 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'probes.tsv' index 167 using 1:2 with points pointtype 7 pointsize 0.5 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'probes.tsv' index 168 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype solid notitle, \
    'probes.tsv' index 169 using 1:2 with points pointtype 5 pointsize 0.5 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'probes.tsv' index 170 using 1:2 with lines linewidth 1 linecolor rgb '#d55e00' dashtype solid notitle, \
    'probes.tsv' index 171 using 1:2 with points pointtype 9 pointsize 0.5 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'probes.tsv' index 172 using 1:2 with lines linewidth 1 linecolor rgb '#56b4e9' dashtype solid notitle, \
    'probes.tsv' index 173 using 1:2 with points pointtype 13 pointsize 0.5 linewidth 0.7 linecolor rgb '#56b4e9' notitle, \
    'probes.tsv' index 174 using 1:2 with lines linewidth 1 linecolor rgb '#000000' dashtype solid notitle, \
    'probes.tsv' index 175 using 1:2 with points pointtype 2 pointsize 0.5 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'probes.tsv' index 176 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype solid notitle, \
    'probes.tsv' index 177 using 1:2 with points pointtype 6 pointsize 0.5 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'probes.tsv' index 178 using 1:2 with lines linewidth 1 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'probes.tsv' index 179 using 1:2 with points pointtype 4 pointsize 0.5 linewidth 0.7 linecolor rgb '#cc79a7' notitle

  # panel 6
  reset
  set datafile separator "\t"
  set lmargin at screen 0.73142
  set rmargin at screen 0.98148
  set bmargin at screen 0.0774
  set tmargin at screen 0.39783
  unset border
  set xrange [0:1]
  unset xtics
  set yrange [0:1]
  unset ytics
  unset colorbox

  unset multiplot
  set output
}
